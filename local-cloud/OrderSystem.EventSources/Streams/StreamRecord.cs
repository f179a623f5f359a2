namespace OrderSystem.EventSources.Streams;

/// <summary>One record of a stream.</summary>
/// <param name="SequenceNumber">Its place in the shard.</param>
/// <param name="Key">The item it tells of: records of one key are handed over in order, one after the other.</param>
/// <param name="CreatedAt">When the change was made (<c>ApproximateCreationDateTime</c>).</param>
/// <param name="Json">The record as the function receives it.</param>
public sealed record StreamRecord(string SequenceNumber, string Key, DateTimeOffset CreatedAt, ReadOnlyMemory<byte> Json);
