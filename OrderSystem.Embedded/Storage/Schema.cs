using OrderSystem.Sqlite;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// The database schema as migration steps: step n migrates a file from version n to n + 1. A released step never changes.
/// </summary>
internal static class Schema
{
    /// <summary>The schema that this program uses.</summary>
    public static DatabaseSchema Current => new() { Steps = Steps, OtherFolder = "give another folder with OrderSystem__Data" };

    /// <summary>All migration steps, starting from an empty file.</summary>
    public static string[] Steps { get; } =
    [
        """
        CREATE TABLE orders (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer TEXT NOT NULL, status INTEGER NOT NULL,
            created INTEGER NOT NULL, updated INTEGER NOT NULL, version INTEGER NOT NULL,
            reason TEXT, refunded INTEGER NOT NULL, notified INTEGER, document BLOB NOT NULL);
        CREATE INDEX orders_by_customer ON orders (customer, created, id);
        CREATE INDEX orders_by_status ON orders (status, created, id);
        CREATE TABLE changes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, event TEXT NOT NULL, created INTEGER NOT NULL, image BLOB NOT NULL);
        CREATE TABLE checkpoints (
            mapping TEXT NOT NULL, shard TEXT NOT NULL, position INTEGER NOT NULL, document BLOB NOT NULL, PRIMARY KEY (mapping, shard)) WITHOUT ROWID;
        CREATE TABLE mappings (id TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE stock (sku TEXT PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0), updated INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE reservations (id TEXT PRIMARY KEY, state INTEGER NOT NULL, lines BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE payments (
            id TEXT PRIMARY KEY, state INTEGER NOT NULL, attempts INTEGER NOT NULL, amount TEXT, currency TEXT,
            charge TEXT, refund TEXT, started INTEGER NOT NULL, charged INTEGER, refunded INTEGER) WITHOUT ROWID;
        CREATE TABLE notifications (id TEXT PRIMARY KEY, customer TEXT NOT NULL, sent INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE executions (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, input TEXT NOT NULL, parent TEXT, started INTEGER NOT NULL,
            status INTEGER NOT NULL, stopped INTEGER, error TEXT, cause TEXT);
        CREATE INDEX running_executions ON executions (number) WHERE status = 0;
        CREATE TABLE history (
            execution INTEGER NOT NULL, first INTEGER NOT NULL, events BLOB NOT NULL, PRIMARY KEY (execution, first)) WITHOUT ROWID;
        CREATE TABLE messages (number INTEGER PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL);
        CREATE TABLE probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
        """,
        // The status of an order in progress is not indexed, because it changes with every step.
        """
        ALTER TABLE orders ADD COLUMN outcome INTEGER;
        UPDATE orders SET outcome = status WHERE status >= 4;
        DROP INDEX orders_by_status;
        CREATE INDEX orders_under_way ON orders (created, id) WHERE outcome IS NULL;
        CREATE INDEX orders_by_outcome ON orders (outcome, created, id) WHERE outcome IS NOT NULL;
        """,
        // AUTOINCREMENT: numbers are never reused, so a repeated redrive cannot affect a different message.
        """
        ALTER TABLE messages RENAME TO messages_numbered_again;
        CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL);
        INSERT INTO messages (number, queue, body, sent) SELECT number, queue, body, sent FROM messages_numbered_again;
        DROP TABLE messages_numbered_again;
        """,
        // A running execution keeps the definition that it began with.
        """
        CREATE TABLE definitions (number INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, definition TEXT NOT NULL);
        ALTER TABLE executions ADD COLUMN definition INTEGER;
        """,
        // Payment tokens get their own table: only one step reads them, and they are deleted when no longer needed.
        """
        CREATE TABLE payment_tokens (id TEXT PRIMARY KEY, token TEXT NOT NULL) WITHOUT ROWID;
        """,
        // Counts every transaction, to detect a file that has lost transactions.
        """
        CREATE TABLE commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL);
        INSERT INTO commits (id, count) VALUES (1, 0);
        """,
    ];

}
