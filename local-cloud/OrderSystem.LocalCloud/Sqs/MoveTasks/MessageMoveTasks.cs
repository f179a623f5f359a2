using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs.MoveTasks;

/// <summary>
/// The operations <c>StartMessageMoveTask</c>, <c>ListMessageMoveTasks</c> and <c>CancelMessageMoveTask</c>. See "Configure a
/// dead-letter queue redrive" in the SQS Developer Guide.
/// </summary>
internal sealed class MessageMoveTasks(QueueRegistry queues, TimeProvider time) : IAsyncDisposable
{
    private const int MostPerSecond = 500;
    private const int MostResults = 10;

    private readonly Lock _gate = new();
    private readonly List<(MessageMoveTask Task, Task Run)> _tasks = [];
    private readonly CancellationTokenSource _stopping = new();

    public Task Start(SqsRequest body, Utf8JsonWriter response)
    {
        var source = Source(body);
        if (!queues.All.Any(queue => queue.Attributes.DeadLetterTargetArn == source.Arn))
            throw SqsRequest.Invalid("Source queue must be configured as a Dead Letter Queue.");
        var destination = body.Text("DestinationArn");
        if (destination is not null && queues.FindByArn(destination) is null)
            throw NotFound("The resource that you specified for the DestinationArn parameter doesn't exist.");
        var perSecond = body.Number("MaxNumberOfMessagesPerSecond");
        if (perSecond is < 1 or > MostPerSecond)
            throw SqsRequest.Invalid($"Value {perSecond} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and {MostPerSecond}, if provided.");
        var task = new MessageMoveTask(source, destination, perSecond, queues.FindByArn, time);
        lock (_gate)
        {
            if (_tasks.Exists(other => other.Task.SourceArn == source.Arn && other.Task.IsActive))
                throw new AwsServiceException("UnsupportedOperation", "There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
                {
                    QueryCode = "AWS.SimpleQueueService.UnsupportedOperation",
                };
            // ListMessageMoveTasks returns at most ten tasks of a queue, so older tasks are not kept.
            foreach (var old in _tasks.Where(other => other.Task.SourceArn == source.Arn).SkipLast(MostResults - 1).ToList())
                _tasks.Remove(old);
            _tasks.Add((task, Task.Run(() => task.RunAsync(_stopping.Token))));
        }

        response.WriteString("TaskHandle", task.Handle);
        return Task.CompletedTask;
    }

    public Task List(SqsRequest body, Utf8JsonWriter response)
    {
        var source = Source(body);
        var maximum = body.Number("MaxResults") ?? 1;
        if (maximum is < 1 or > MostResults)
            throw SqsRequest.Invalid($"Value {maximum} for parameter MaxResults is invalid. Reason: Must be between 1 and {MostResults}, if provided.");
        response.WriteStartArray("Results");
        foreach (var task in Of(source.Arn).Take(maximum))
            Write(response, task);
        response.WriteEndArray();
        return Task.CompletedTask;
    }

    public Task Cancel(SqsRequest body, Utf8JsonWriter response)
    {
        var handle = body.Required("TaskHandle");
        var sourceArn = SourceArn(handle);
        if (queues.FindByArn(sourceArn) is null)
            throw NotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
        if (Of(sourceArn).FirstOrDefault(task => task.Handle == handle) is not { } task || !task.TryCancel())
            throw NotFound("Task does not exist.");
        response.WriteNumber("ApproximateNumberOfMessagesMoved", task.Moved);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] runs;
        lock (_gate)
            runs = [.. _tasks.Select(task => task.Run)];
        await Task.WhenAll(runs);
        _stopping.Dispose();
    }

    private MessageQueue Source(SqsRequest body) =>
        queues.FindByArn(body.Required("SourceArn")) ?? throw NotFound("The resource that you specified for the SourceArn parameter doesn't exist.");

    private List<MessageMoveTask> Of(string sourceArn)
    {
        lock (_gate)
            return [.. _tasks.Select(task => task.Task).Where(task => task.SourceArn == sourceArn).Reverse()];
    }

    private static string SourceArn(string handle)
    {
        try
        {
            if (JsonNode.Parse(Convert.FromBase64String(handle)) is JsonObject parts && (string?)parts["taskId"] is not null && (string?)parts["sourceArn"] is { } arn)
                return arn;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            // The handle is rejected below.
        }

        throw SqsRequest.Invalid($"Value {handle} for parameter TaskHandle is invalid.");
    }

    private static void Write(Utf8JsonWriter response, MessageMoveTask task)
    {
        response.WriteStartObject();
        response.WriteNumber("ApproximateNumberOfMessagesMoved", task.Moved);
        response.WriteNumber("ApproximateNumberOfMessagesToMove", task.ToMove);
        if (task.DestinationArn is { } destination)
            response.WriteString("DestinationArn", destination);
        if (task.PerSecond is { } perSecond)
            response.WriteNumber("MaxNumberOfMessagesPerSecond", perSecond);
        if (task.FailureReason is { } reason)
            response.WriteString("FailureReason", reason);
        response.WriteString("SourceArn", task.SourceArn);
        response.WriteNumber("StartedTimestamp", task.StartedAt.ToUnixTimeMilliseconds());
        response.WriteString("Status", task.Status.ToString().ToUpperInvariant());
        if (task.Status == MessageMoveTaskStatus.Running)
            response.WriteString("TaskHandle", task.Handle);
        response.WriteEndObject();
    }

    private static AwsServiceException NotFound(string message) => new("ResourceNotFoundException", message, 404);
}
