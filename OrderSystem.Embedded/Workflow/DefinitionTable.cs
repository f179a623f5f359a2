using System.Security.Cryptography;
using System.Text;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Workflow;

/// <summary>The revisions of the state machine's definition in the file: the current one, and those that running executions began with.</summary>
internal static class DefinitionTable
{
    /// <summary>Makes a definition the current one, and deletes those that no execution needs.</summary>
    /// <returns>Its number.</returns>
    public static long Register(Session session, string definition)
    {
        if (Find(session, definition) is not { } number)
        {
            session.Execute("INSERT INTO definitions (hash, definition) VALUES (?1, ?2)", Hash(definition), definition);
            number = session.InsertedRow;
        }

        // Begun by a program that kept no revisions: most likely with the definition of today.
        session.Execute("UPDATE executions SET definition = ?1 WHERE status = 0 AND definition IS NULL", number);
        session.Execute("DELETE FROM definitions WHERE number <> ?1 AND number NOT IN (SELECT definition FROM executions WHERE status = 0)", number);
        return number;
    }

    /// <summary>The number of a definition that is registered and needs no change; null where <see cref="Register"/> has something to write.</summary>
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
