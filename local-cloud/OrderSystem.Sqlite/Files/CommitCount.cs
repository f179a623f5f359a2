namespace OrderSystem.Sqlite.Files;

/// <summary>How many transactions a database holds: a file with fewer has lost some.</summary>
/// <param name="Total">All of them, with those in its log.</param>
/// <param name="Checkpointed">Those that the database holds without its log.</param>
internal readonly record struct CommitCount(long Total, long Checkpointed);
