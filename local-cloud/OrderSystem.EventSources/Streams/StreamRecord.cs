namespace OrderSystem.EventSources.Streams;

/// <summary>A record of a stream.</summary>
/// <param name="SequenceNumber">The position of the record in its shard.</param>
/// <param name="Key">The key of the changed item. Records with the same key are delivered in order, never concurrently.</param>
/// <param name="CreatedAt">When the change was made (<c>ApproximateCreationDateTime</c>).</param>
/// <param name="Json">The record as the function receives it, in JSON.</param>
public sealed record StreamRecord(string SequenceNumber, string Key, DateTimeOffset CreatedAt, ReadOnlyMemory<byte> Json);
