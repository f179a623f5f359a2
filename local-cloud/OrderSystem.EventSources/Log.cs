using Microsoft.Extensions.Logging;
using OrderSystem.EventSources.Failures;

namespace OrderSystem.EventSources;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Mapping {Mapping} started reading shard {Shard} from {Position}")]
    public static partial void ReadingShard(this ILogger logger, string mapping, string shard, string position);

    [LoggerMessage(2, LogLevel.Information, "Mapping {Mapping} finished shard {Shard}: all its records are processed or discarded")]
    public static partial void ShardDone(this ILogger logger, string mapping, string shard);

    [LoggerMessage(3, LogLevel.Warning, "Mapping {Mapping} could not poll {Source}: {Reason}; polling again in {Delay}")]
    public static partial void PollFailed(this ILogger logger, Exception exception, string mapping, string source, string reason, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning,
        "Mapping {Mapping} missed records of shard {Shard} after sequence number {SequenceNumber}, because the stream trimmed them before they were read; continuing with the oldest available record")]
    public static partial void Trimmed(this ILogger logger, string mapping, string shard, string sequenceNumber);

    [LoggerMessage(5, LogLevel.Warning, "Mapping {Mapping}: the function failed for {Count} record(s) of shard {Shard}, starting with sequence number {First}: {Problem} (request {RequestId}; failed invocations with these records so far: {Invocations})")]
    public static partial void BatchFailed(this ILogger logger, string mapping, int count, string shard, string first, string problem, string requestId, int invocations);

    [LoggerMessage(14, LogLevel.Warning, "Mapping {Mapping}: the function failed for {Count} message(s) of its queue, starting with message {First}: {Problem} (request {RequestId}); the failed messages reappear in the queue after their visibility timeout")]
    public static partial void MessagesFailed(this ILogger logger, string mapping, int count, string first, string problem, string requestId);

    [LoggerMessage(6, LogLevel.Error, "Mapping {Mapping} discarded {Count} record(s) of shard {Shard} (sequence numbers {First} to {Last}) because of {Condition}; sending a metadata record to the on-failure destination")]
    public static partial void Discarded(this ILogger logger, string mapping, int count, string shard, string first, string last, DiscardCondition condition);

    [LoggerMessage(12, LogLevel.Error, "Mapping {Mapping} discarded {Count} record(s) of shard {Shard} (sequence numbers {First} to {Last}) because of {Condition}; no metadata record is sent, because the mapping has no on-failure destination")]
    public static partial void DiscardedForGood(this ILogger logger, string mapping, int count, string shard, string first, string last, DiscardCondition condition);

    [LoggerMessage(7, LogLevel.Warning, "Mapping {Mapping} could not send the metadata record of a discarded batch of shard {Shard} to the on-failure destination; the shard waits until the record is sent; retrying in {Delay}")]
    public static partial void DestinationFailed(this ILogger logger, Exception exception, string mapping, string shard, TimeSpan delay);

    [LoggerMessage(8, LogLevel.Warning, "Mapping {Mapping} could not invoke the function: {Problem}; retrying in {Delay}")]
    public static partial void NotInvoked(this ILogger logger, string mapping, string problem, TimeSpan delay);

    [LoggerMessage(13, LogLevel.Warning, "Mapping {Mapping} could not invoke the function for {Count} message(s) of its queue, starting with message {First}: {Problem}; the messages reappear in the queue after their visibility timeout")]
    public static partial void LeftInQueue(this ILogger logger, string mapping, int count, string first, string problem);

    [LoggerMessage(9, LogLevel.Error, "Mapping {Mapping} discarded the state of the tumbling window that started at {Start} in shard {Shard}, because {Attempts} invocation(s) with the state failed and no retries are left: {Problem} (request {RequestId})")]
    public static partial void WindowGivenUp(this ILogger logger, string mapping, string shard, DateTimeOffset start, int attempts, string problem, string requestId);

    [LoggerMessage(10, LogLevel.Error, "Mapping {Mapping} stopped because of an unexpected error; restarting the mapping in {Delay}")]
    public static partial void MappingFailed(this ILogger logger, Exception exception, string mapping, TimeSpan delay);

    [LoggerMessage(11, LogLevel.Warning, "Mapping {Mapping} could not apply its filters to record {SequenceNumber} of shard {Shard}; delivering the record to the function unfiltered")]
    public static partial void NotFiltered(this ILogger logger, Exception exception, string mapping, string sequenceNumber, string shard);
}
