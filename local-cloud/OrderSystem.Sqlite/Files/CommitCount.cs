namespace OrderSystem.Sqlite.Files;

/// <summary>The number of transactions committed to a database; a file with fewer has lost some.</summary>
/// <param name="Total">All transactions, including those in the log.</param>
/// <param name="Checkpointed">The transactions in the database file without its log.</param>
internal readonly record struct CommitCount(long Total, long Checkpointed);
