using System.Text;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs.MoveTasks;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>The SQS API for standard queues, in its JSON protocol. See the SQS API Reference.</summary>
internal sealed class SqsService(QueueRegistry queues, MessageMoveTasks moves, TimeProvider time) : IAwsJsonService
{
    private static readonly TimeSpan BetweenPurges = TimeSpan.FromSeconds(60);

    private const int MaximumResults = 1000;

    public string TargetPrefix => "AmazonSQS";

    public async ValueTask InvokeAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, AwsCaller caller, CancellationToken cancellationToken)
    {
        var body = SqsRequest.Parse(request);
        response.WriteStartObject();
        await (operation switch
        {
            "CreateQueue" => CreateQueue(body, response),
            "DeleteQueue" => queues.DeleteAsync(Queue(body)),
            "GetQueueUrl" => GetQueueUrl(body, response),
            "ListQueues" => ListQueues(body, response),
            "GetQueueAttributes" => GetQueueAttributes(body, response),
            "SetQueueAttributes" => SetQueueAttributes(body),
            "PurgeQueue" => PurgeQueueAsync(Queue(body)),
            "SendMessage" => SendMessageAsync(Queue(body), body, response),
            "SendMessageBatch" => BatchRequest.RunAsync(body, response, (entry, answer) => SendMessageAsync(Queue(body), entry, answer)),
            "ReceiveMessage" => ReceiveMessageAsync(body, response, cancellationToken),
            "DeleteMessage" => Queue(body).DeleteAsync(body.Required("ReceiptHandle")),
            "DeleteMessageBatch" => BatchRequest.RunAsync(body, response, (entry, _) => Queue(body).DeleteAsync(entry.Required("ReceiptHandle"))),
            "ChangeMessageVisibility" => ChangeMessageVisibilityAsync(Queue(body), body),
            "ChangeMessageVisibilityBatch" => BatchRequest.RunAsync(body, response, (entry, _) => ChangeMessageVisibilityAsync(Queue(body), entry)),
            "TagQueue" => Run(() => QueueTags.Add(queues, Queue(body), body.Texts("Tags"))),
            "UntagQueue" => Run(() => QueueTags.Remove(queues, Queue(body), body.Names("TagKeys"))),
            "ListQueueTags" => Run(() => QueueTags.Write(response, Queue(body))),
            "AddPermission" => AddPermission(body),
            "RemovePermission" => RemovePermission(body),
            "StartMessageMoveTask" => moves.Start(body, response),
            "ListMessageMoveTasks" => moves.List(body, response),
            "CancelMessageMoveTask" => moves.Cancel(body, response),
            "ListDeadLetterSourceQueues" => ListDeadLetterSourceQueues(body, response),
            _ => throw new AwsServiceException("UnknownOperationException", $"LocalCloud does not support the SQS operation {operation}."),
        });
        response.WriteEndObject();
    }

    private Task CreateQueue(SqsRequest body, Utf8JsonWriter response)
    {
        var name = body.Required("QueueName");
        var existing = queues.Find(name);
        if (existing is not null && existing.Attributes != new QueueAttributes().With(body.Attributes()) && body.Has("Attributes"))
            throw new AwsServiceException("QueueNameExists", "A queue already exists with the same name and a different value for an attribute.")
            {
                QueryCode = "QueueAlreadyExists",
            };
        if (existing is null && queues.IsRecentlyDeleted(name))
            throw new AwsServiceException("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
            {
                QueryCode = "AWS.SimpleQueueService.QueueDeletedRecently",
            };
        var queue = existing ?? queues.Declare(name, body.Attributes());
        // As in AWS, the tags of a queue that exists already do not change.
        if (existing is null && body.Texts("tags") is { Length: > 0 } tags)
            QueueTags.Add(queues, queue, tags);
        response.WriteString("QueueUrl", queues.Url(queue.Name));
        return Task.CompletedTask;
    }

    private async Task PurgeQueueAsync(MessageQueue queue)
    {
        var now = time.GetUtcNow();
        if (now - queue.PurgedAt < BetweenPurges)
            throw new AwsServiceException("PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue.Name} is allowed every 60 seconds.", 403)
            {
                QueryCode = "AWS.SimpleQueueService.PurgeQueueInProgress",
            };
        queue.PurgedAt = now;
        await queue.PurgeAsync();
    }

    private Task AddPermission(SqsRequest body)
    {
        var queue = Queue(body);
        return SetPolicy(queue, QueuePermissions.Add(queue.Attributes.Policy, queue.Arn, body.Required("Label"), body.Names("AWSAccountIds"), body.Names("Actions")));
    }

    private Task RemovePermission(SqsRequest body)
    {
        var queue = Queue(body);
        return SetPolicy(queue, QueuePermissions.Remove(queue.Attributes.Policy, queue.Arn, body.Required("Label")));
    }

    private Task SetPolicy(MessageQueue queue, string policy)
    {
        queues.Declare(queue.Name, [KeyValuePair.Create("Policy", policy)]);
        return Task.CompletedTask;
    }

    private static Task Run(Action operation)
    {
        operation();
        return Task.CompletedTask;
    }

    private Task GetQueueUrl(SqsRequest body, Utf8JsonWriter response)
    {
        var queue = queues.Find(body.Required("QueueName")) ?? throw QueueRegistry.DoesNotExist();
        response.WriteString("QueueUrl", queues.Url(queue.Name));
        return Task.CompletedTask;
    }

    private Task ListQueues(SqsRequest body, Utf8JsonWriter response)
    {
        var prefix = body.Text("QueueNamePrefix") ?? "";
        var maximum = body.Number("MaxResults") ?? MaximumResults;
        if (maximum is < 1 or > MaximumResults)
            throw SqsRequest.Invalid($"Value {maximum} for parameter MaxResults is invalid. Reason: Must be between 1 and {MaximumResults}, if provided.");
        var after = body.Text("NextToken") ?? "";
        var found = queues.All
            .Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(queue.Name, after) > 0)
            .OrderBy(queue => queue.Name, StringComparer.Ordinal)
            .Take(maximum + 1)
            .ToList();
        WriteUrls(response, "QueueUrls", found.Take(maximum));
        if (found.Count > maximum)
            response.WriteString("NextToken", found[maximum - 1].Name);
        return Task.CompletedTask;
    }

    private Task ListDeadLetterSourceQueues(SqsRequest body, Utf8JsonWriter response)
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

    private Task GetQueueAttributes(SqsRequest body, Utf8JsonWriter response)
    {
        var queue = Queue(body);
        var names = body.Names("AttributeNames");
        var all = QueueDescription.Of(queue);
        if (names.FirstOrDefault(name => name != "All" && !all.ContainsKey(name) && !QueueDescription.Optional.Contains(name)) is { } unknown)
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

    private Task SetQueueAttributes(SqsRequest body)
    {
        queues.Declare(Queue(body).Name, body.Attributes());
        return Task.CompletedTask;
    }

    /// <summary>Sends a message, as <c>SendMessage</c> does.</summary>
    /// <exception cref="AwsServiceException">The message is invalid.</exception>
    public static async Task<SentMessage> SendMessageAsync(MessageQueue queue, SqsRequest entry)
    {
        var text = entry.Required("MessageBody");
        var attributes = entry.MessageAttributes();
        if (text.Length == 0)
            throw SqsRequest.Missing("MessageBody");
        if (text.EnumerateRunes().Any(rune => rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF))
            throw new AwsServiceException("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
        if (Encoding.UTF8.GetByteCount(text) + MessageDigest.SizeOf(attributes) > queue.Attributes.MaximumMessageSize)
            throw SqsRequest.Invalid($"One or more parameters are invalid. Reason: Message must be shorter than {queue.Attributes.MaximumMessageSize} bytes.");
        var system = entry.SystemAttributes();
        var delay = entry.Seconds("DelaySeconds", 900);
        var id = await queue.SendAsync(text, attributes, delay, (string?)system?[SqsRequest.TraceHeader]?["StringValue"]);
        return new SentMessage(
            id, MessageDigest.OfBody(text), attributes is null ? null : MessageDigest.OfAttributes(attributes), system is null ? null : MessageDigest.OfAttributes(system));
    }

    private static async Task SendMessageAsync(MessageQueue queue, SqsRequest entry, Utf8JsonWriter response)
    {
        var sent = await SendMessageAsync(queue, entry);
        response.WriteString("MessageId", sent.Id);
        response.WriteString("MD5OfMessageBody", sent.BodyDigest);
        if (sent.AttributesDigest is { } digest)
            response.WriteString("MD5OfMessageAttributes", digest);
        if (sent.SystemAttributesDigest is { } systemDigest)
            response.WriteString("MD5OfMessageSystemAttributes", systemDigest);
    }

    private async Task ReceiveMessageAsync(SqsRequest body, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var queue = Queue(body);
        var maximum = body.Number("MaxNumberOfMessages") ?? 1;
        if (maximum is < 1 or > 10)
            throw SqsRequest.Invalid($"Value {maximum} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
        var system = body.Names("MessageSystemAttributeNames");
        system.UnionWith(body.Names("AttributeNames"));
        var wanted = body.Names("MessageAttributeNames");
        var messages = await queue.ReceiveAsync(
            maximum, body.Seconds("VisibilityTimeout", 43_200), body.Seconds("WaitTimeSeconds", 20) ?? queue.Attributes.ReceiveWaitTime, cancellationToken);
        if (messages.Count == 0)
            return;
        response.WriteStartArray("Messages");
        foreach (var message in messages)
            MessageJson.WriteReceived(response, message, system, wanted);
        response.WriteEndArray();
    }

    private static async Task ChangeMessageVisibilityAsync(MessageQueue queue, SqsRequest entry)
    {
        var visibility = entry.Seconds("VisibilityTimeout", 43_200) ?? throw SqsRequest.Missing("VisibilityTimeout");
        var handle = entry.Required("ReceiptHandle");
        if (!await queue.ChangeVisibilityAsync(handle, visibility))
            throw new AwsServiceException("InvalidParameterValue",
                $"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.");
    }

    private MessageQueue Queue(SqsRequest body) => queues.GetByUrl(body.Required("QueueUrl"));
}

/// <summary>
/// The id and the MD5 digests of a sent message. The digest of the attributes or of the system attributes is null if the message
/// has none.
/// </summary>
internal sealed record SentMessage(string Id, string BodyDigest, string? AttributesDigest, string? SystemAttributesDigest);
