namespace OrderSystem.Sqlite.Files;

/// <summary>The number of transactions that were committed to a database. A file with fewer transactions has lost data.</summary>
/// <param name="Total">The total number of transactions, including those that are still in the write-ahead log.</param>
/// <param name="Checkpointed">The number of transactions in the database file itself, excluding those that are only in the
/// write-ahead log.</param>
internal readonly record struct CommitCount(long Total, long Checkpointed);
