using Microsoft.Extensions.Logging;
using OrderSystem.EventSources.Failures;

namespace OrderSystem.EventSources;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Mapping {Mapping} started reading shard {Shard} from {Position}")]
    public static partial void ReadingShard(this ILogger logger, string mapping, string shard, string position);

    [LoggerMessage(2, LogLevel.Information, "Mapping {Mapping} finished shard {Shard}")]
    public static partial void ShardDone(this ILogger logger, string mapping, string shard);

    [LoggerMessage(3, LogLevel.Warning, "Mapping {Mapping}: reading shard {Shard} failed; retrying in {Delay}")]
    public static partial void ReadFailed(this ILogger logger, Exception exception, string mapping, string shard, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning, "Mapping {Mapping}: the records after {SequenceNumber} of shard {Shard} were trimmed; continuing with the oldest available record")]
    public static partial void Trimmed(this ILogger logger, string mapping, string shard, string sequenceNumber);

    [LoggerMessage(5, LogLevel.Warning, "Mapping {Mapping}: function failed for {Count} record(s) of {Source} from {First}: {Problem} (invocation {RequestId}, {Invocations} so far)")]
    public static partial void BatchFailed(this ILogger logger, string mapping, int count, string source, string first, string problem, string requestId, int invocations);

    [LoggerMessage(6, LogLevel.Error, "Mapping {Mapping}: discarded {Count} record(s) of {Shard} ({First} to {Last}): {Condition}")]
    public static partial void Discarded(this ILogger logger, string mapping, int count, string shard, string first, string last, DiscardCondition condition);

    [LoggerMessage(7, LogLevel.Warning, "Mapping {Mapping}: sending to the on-failure destination failed; retrying in {Delay}")]
    public static partial void DestinationFailed(this ILogger logger, Exception exception, string mapping, TimeSpan delay);

    [LoggerMessage(8, LogLevel.Warning, "Mapping {Mapping}: function not invoked: {Problem}; retrying in {Delay}")]
    public static partial void NotInvoked(this ILogger logger, string mapping, string problem, TimeSpan delay);

    [LoggerMessage(9, LogLevel.Error, "Mapping {Mapping}: discarded the state of window {Start} of shard {Shard} after its last invocation failed")]
    public static partial void WindowGivenUp(this ILogger logger, string mapping, string shard, DateTimeOffset start);

    [LoggerMessage(10, LogLevel.Error, "Mapping {Mapping} stopped on an error; restarting in {Delay}")]
    public static partial void MappingFailed(this ILogger logger, Exception exception, string mapping, TimeSpan delay);

    [LoggerMessage(11, LogLevel.Warning, "Mapping {Mapping}: filters cannot be applied to record {SequenceNumber} of shard {Shard}; delivering it to the function")]
    public static partial void NotFiltered(this ILogger logger, Exception exception, string mapping, string sequenceNumber, string shard);
}
