using System.Security.Cryptography;
using System.Text;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// The table of revisions of the state machine's definition: the current revision, and the revisions of running executions.
/// </summary>
internal static class DefinitionTable
{
    /// <summary>Stores a definition as the current one, and deletes the definitions that no running execution needs.</summary>
    /// <returns>The definition's number.</returns>
    public static long Register(Session session, string definition)
    {
        if (Find(session, definition) is not { } number)
        {
            session.Execute("INSERT INTO definitions (hash, definition) VALUES (?1, ?2)", Hash(definition), definition);
            number = session.InsertedRow;
        }

        // Executions that were started before revisions were stored most likely began with the current definition.
        session.Execute("UPDATE executions SET definition = ?1 WHERE status = 0 AND definition IS NULL", number);
        session.Execute("DELETE FROM definitions WHERE number <> ?1 AND number NOT IN (SELECT definition FROM executions WHERE status = 0)", number);
        return number;
    }

    /// <summary>
    /// Finds the number of the current definition; null if <see cref="Register"/> must first store the definition or assign
    /// a revision to running executions.
    /// </summary>
    public static long? FindCurrent(Session session, string definition) =>
        session.First("SELECT 1 FROM executions WHERE status = 0 AND definition IS NULL", row => row.GetInt32(0)) == 1 ? null : Find(session, definition);

    /// <summary>Reads a definition; null if the number is unknown.</summary>
    public static string? Read(Session session, long number) => session.First("SELECT definition FROM definitions WHERE number = ?1", row => row.GetString(0), number);

    /// <summary>Deletes a definition unless a running execution needs it.</summary>
    public static void Release(Session session, long number) =>
        session.Execute("DELETE FROM definitions WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM executions WHERE status = 0 AND definition = ?1)", number);

    private static long? Find(Session session, string definition) =>
        session.First("SELECT number FROM definitions WHERE hash = ?1", row => (long?)row.GetInt64(0), Hash(definition));

    private static string Hash(string definition) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(definition)));
}
