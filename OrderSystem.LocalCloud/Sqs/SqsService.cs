using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>The SQS API for standard queues, in its JSON protocol. SQS API Reference.</summary>
internal sealed class SqsService(QueueRegistry queues) : IAwsJsonService
{
    public string TargetPrefix => "AmazonSQS";

    public async ValueTask InvokeAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, AwsCaller caller, CancellationToken cancellationToken)
    {
        var body = request.IsEmpty ? [] : JsonNode.Parse(request.Span)?.AsObject() ?? [];
        response.WriteStartObject();
        await (operation switch
        {
            "CreateQueue" => CreateQueue(body, response),
            "DeleteQueue" => queues.DeleteAsync(Queue(body)),
            "GetQueueUrl" => GetQueueUrl(body, response),
            "ListQueues" => ListQueues(body, response),
            "GetQueueAttributes" => GetQueueAttributes(body, response),
            "SetQueueAttributes" => SetQueueAttributes(body),
            "PurgeQueue" => Queue(body).PurgeAsync(),
            "SendMessage" => SendMessageAsync(Queue(body), body, response),
            "SendMessageBatch" => BatchRequest.RunAsync(body, response, (entry, answer) => SendMessageAsync(Queue(body), entry, answer)),
            "ReceiveMessage" => ReceiveMessageAsync(body, response, cancellationToken),
            "DeleteMessage" => Queue(body).DeleteAsync(Required(body, "ReceiptHandle")),
            "DeleteMessageBatch" => BatchRequest.RunAsync(body, response, (entry, _) => Queue(body).DeleteAsync(Required(entry, "ReceiptHandle"))),
            "ChangeMessageVisibility" => ChangeMessageVisibilityAsync(Queue(body), body),
            "ChangeMessageVisibilityBatch" => BatchRequest.RunAsync(body, response, (entry, _) => ChangeMessageVisibilityAsync(Queue(body), entry)),
            "ListDeadLetterSourceQueues" => ListDeadLetterSourceQueues(body, response),
            _ => throw new AwsServiceException("UnknownOperationException", $"LocalCloud does not know the SQS operation {operation}."),
        });
        response.WriteEndObject();
    }

    private Task CreateQueue(JsonObject body, Utf8JsonWriter response)
    {
        var name = Required(body, "QueueName");
        var existing = queues.Find(name);
        if (existing is not null && existing.Attributes != new QueueAttributes().With(Attributes(body)) && body["Attributes"] is not null)
            throw new AwsServiceException("QueueNameExists", "A queue already exists with the same name and a different value for an attribute.")
            {
                QueryCode = "QueueAlreadyExists",
            };
        response.WriteString("QueueUrl", queues.Url((existing ?? queues.Declare(name, Attributes(body))).Name));
        return Task.CompletedTask;
    }

    private Task GetQueueUrl(JsonObject body, Utf8JsonWriter response)
    {
        var queue = queues.Find(Required(body, "QueueName")) ?? throw QueueRegistry.DoesNotExist();
        response.WriteString("QueueUrl", queues.Url(queue.Name));
        return Task.CompletedTask;
    }

    private Task ListQueues(JsonObject body, Utf8JsonWriter response)
    {
        var prefix = (string?)body["QueueNamePrefix"] ?? "";
        WriteUrls(response, "QueueUrls", queues.All.Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal)));
        return Task.CompletedTask;
    }

    private Task ListDeadLetterSourceQueues(JsonObject body, Utf8JsonWriter response)
    {
        var target = Queue(body).Arn;
        WriteUrls(response, "queueUrls", queues.All.Where(queue => queue.Attributes.DeadLetterTargetArn == target));
        return Task.CompletedTask;
    }

    private void WriteUrls(Utf8JsonWriter response, string property, IEnumerable<MessageQueue> found)
    {
        response.WriteStartArray(property);
        foreach (var queue in found)
            response.WriteStringValue(queues.Url(queue.Name));
        response.WriteEndArray();
    }

    private Task GetQueueAttributes(JsonObject body, Utf8JsonWriter response)
    {
        var queue = Queue(body);
        var names = body["AttributeNames"]?.AsArray().Select(name => (string)name!).ToHashSet(StringComparer.Ordinal) ?? [];
        var all = Describe(queue);
        if (names.FirstOrDefault(name => name != "All" && !all.ContainsKey(name) && !OptionalAttributes.Contains(name)) is { } unknown)
            throw new AwsServiceException("InvalidAttributeName", $"Unknown Attribute {unknown}.");
        response.WriteStartObject("Attributes");
        foreach (var (name, value) in all)
        {
            if (names.Contains("All") || names.Contains(name))
                response.WriteString(name, value);
        }

        response.WriteEndObject();
        return Task.CompletedTask;
    }

    private static readonly HashSet<string> OptionalAttributes = ["RedrivePolicy", "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy"];

    private static Dictionary<string, string> Describe(MessageQueue queue)
    {
        var (visible, inFlight, delayed) = queue.Count();
        var attributes = queue.Attributes;
        var created = queue.CreatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var described = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = Text(visible),
            ["ApproximateNumberOfMessagesNotVisible"] = Text(inFlight),
            ["ApproximateNumberOfMessagesDelayed"] = Text(delayed),
            ["CreatedTimestamp"] = created,
            ["LastModifiedTimestamp"] = created,
            ["VisibilityTimeout"] = Text(attributes.VisibilityTimeout),
            ["MaximumMessageSize"] = Text(attributes.MaximumMessageSize),
            ["MessageRetentionPeriod"] = Text(attributes.RetentionPeriod),
            ["DelaySeconds"] = Text(attributes.Delay),
            ["ReceiveMessageWaitTimeSeconds"] = Text(attributes.ReceiveWaitTime),
            ["SqsManagedSseEnabled"] = "false",
        };
        if (attributes.RedrivePolicy is { } policy)
            described["RedrivePolicy"] = policy;
        return described;
    }

    private Task SetQueueAttributes(JsonObject body)
    {
        queues.Declare(Queue(body).Name, Attributes(body));
        return Task.CompletedTask;
    }

    private static async Task SendMessageAsync(MessageQueue queue, JsonObject entry, Utf8JsonWriter response)
    {
        var text = Required(entry, "MessageBody");
        var attributes = entry["MessageAttributes"]?.AsObject() is { Count: > 0 } given ? given.DeepClone().AsObject() : null;
        if (Encoding.UTF8.GetByteCount(text) > queue.Attributes.MaximumMessageSize)
            throw Invalid($"One or more parameters are invalid. Reason: Message must be shorter than {queue.Attributes.MaximumMessageSize} bytes.");
        var delay = Seconds(entry, "DelaySeconds", 900);
        var id = await queue.SendAsync(text, attributes, delay);
        response.WriteString("MessageId", id);
        response.WriteString("MD5OfMessageBody", MessageDigest.OfBody(text));
        if (attributes is not null)
            response.WriteString("MD5OfMessageAttributes", MessageDigest.OfAttributes(attributes));
    }

    private async Task ReceiveMessageAsync(JsonObject body, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var queue = Queue(body);
        var maximum = (int?)body["MaxNumberOfMessages"] ?? 1;
        if (maximum is < 1 or > 10)
            throw Invalid($"Value {maximum} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
        var messages = await queue.ReceiveAsync(
            maximum, Seconds(body, "VisibilityTimeout", 43_200), Seconds(body, "WaitTimeSeconds", 20) ?? queue.Attributes.ReceiveWaitTime, cancellationToken);
        if (messages.Count == 0)
            return;
        var system = Names(body, "MessageSystemAttributeNames");
        system.UnionWith(Names(body, "AttributeNames"));
        var wanted = Names(body, "MessageAttributeNames");
        response.WriteStartArray("Messages");
        foreach (var message in messages)
            MessageJson.WriteReceived(response, message, system, wanted);
        response.WriteEndArray();
    }

    private static async Task ChangeMessageVisibilityAsync(MessageQueue queue, JsonObject entry)
    {
        var visibility = Seconds(entry, "VisibilityTimeout", 43_200) ?? throw Missing("VisibilityTimeout");
        if (!await queue.ChangeVisibilityAsync(Required(entry, "ReceiptHandle"), visibility))
            throw new AwsServiceException("MessageNotInflight", "The specified message isn't in flight.") { QueryCode = "AWS.SimpleQueueService.MessageNotInflight" };
    }

    private MessageQueue Queue(JsonObject body) => queues.GetByUrl(Required(body, "QueueUrl"));

    private static KeyValuePair<string, string>[] Attributes(JsonObject body) =>
        [.. body["Attributes"]?.AsObject().Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value?.ToString() ?? "")) ?? []];

    private static HashSet<string> Names(JsonObject body, string property) =>
        body[property]?.AsArray().Select(name => (string)name!).ToHashSet(StringComparer.Ordinal) ?? new HashSet<string>(StringComparer.Ordinal);

    internal static string Required(JsonObject body, string property) => (string?)body[property] ?? throw Missing(property);

    private static TimeSpan? Seconds(JsonObject body, string property, int maximum)
    {
        if ((int?)body[property] is not { } seconds)
            return null;
        return seconds >= 0 && seconds <= maximum
            ? TimeSpan.FromSeconds(seconds)
            : throw Invalid($"Value {seconds} for parameter {property} is invalid. Reason: Must be between 0 and {maximum}, if provided.");
    }

    private static AwsServiceException Missing(string property) =>
        new("MissingParameter", $"The request must contain the parameter {property}.");

    private static AwsServiceException Invalid(string message) => new("InvalidParameterValue", message);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan duration) => ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
