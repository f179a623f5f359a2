using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.Embedded.Executions;

/// <summary>A started execution, as stored in its row.</summary>
/// <param name="Number">The number of the execution's row.</param>
/// <param name="Name">The execution's name.</param>
/// <param name="Input">The execution's input, in JSON.</param>
/// <param name="Parent">The <c>traceparent</c> that the execution was started with; null if there was none.</param>
/// <param name="StartedAt">When the execution was started.</param>
/// <param name="Definition">
/// The revision of the definition that the execution runs; null if the execution began before revisions were stored.
/// </param>
internal sealed record StartedExecution(long Number, string Name, string Input, string? Parent, DateTimeOffset StartedAt, long? Definition);

/// <summary>The table of executions.</summary>
internal static class ExecutionTable
{
    private const string Insertion = "INSERT INTO executions (name, input, parent, started, definition, status) VALUES (?1, ?2, ?3, ?4, ?5, 0)";

    /// <summary>Inserts an execution; returns null if its name is already taken.</summary>
    public static StartedExecution? TryInsert(Session session, string name, string input, string? parent, DateTimeOffset now, long definition) =>
        session.Execute(Insertion + " ON CONFLICT (name) DO NOTHING", name, input, parent, now.UtcTicks, definition) == 1
            ? new StartedExecution(session.InsertedRow, name, input, parent, now, definition) : null;

    /// <summary>Inserts an execution, whose name must not be taken.</summary>
    public static StartedExecution Insert(Session session, string name, string input, string? parent, DateTimeOffset now, long definition)
    {
        session.Execute(Insertion, name, input, parent, now.UtcTicks, definition);
        return new StartedExecution(session.InsertedRow, name, input, parent, now, definition);
    }

    /// <summary>Reads the input of a running or ended execution; null if the name is unknown.</summary>
    public static string? InputOf(Session session, string name) => session.First("SELECT input FROM executions WHERE name = ?1", row => row.GetString(0), name);

    /// <summary>Reads every execution that has not ended.</summary>
    public static IReadOnlyList<StartedExecution> Running(Session session) => session.Read(
        "SELECT number, name, input, parent, started, definition FROM executions WHERE status = 0 ORDER BY number",
        row => new StartedExecution(row.GetInt64(0), row.GetString(1), row.GetString(2), row.OptionalText(3), row.Time(4), row.IsNull(5) ? null : row.GetInt64(5)));

    /// <summary>Reads the number of every execution that has not ended.</summary>
    public static IReadOnlyList<long> RunningNumbers(Session session) => session.Read("SELECT number FROM executions WHERE status = 0", row => row.GetInt64(0));

    /// <summary>Writes the result of an execution that has ended.</summary>
    public static int Close(Session session, long number, ExecutionResult result, DateTimeOffset now) => session.Execute(
        "UPDATE executions SET status = ?2, stopped = ?3, error = ?4, cause = ?5 WHERE number = ?1", number, (int)result.Status, now.UtcTicks, result.Error, result.Cause);
}
