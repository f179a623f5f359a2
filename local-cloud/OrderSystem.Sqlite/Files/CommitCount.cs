namespace OrderSystem.Sqlite.Files;

/// <summary>The number of transactions that were committed to a database. A file with fewer transactions has lost data.</summary>
/// <param name="Total">The total number of transactions, including those that are still in the log.</param>
/// <param name="Checkpointed">The number of transactions in the database file itself, without the log.</param>
internal readonly record struct CommitCount(long Total, long Checkpointed);
