using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrderSystem.Sqlite.Sessions;

/// <summary>A database connection with its prepared statements. Used by one thread at a time.</summary>
public sealed class Session : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly List<Action<Session>> _beforeCommit = [];
    private readonly List<Action<Exception?>> _atEnd = [];

    internal Session(string path, SqliteOpenMode mode)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2, Mode = mode }.ToString());
        try
        {
            _connection.Open();
            Run("PRAGMA busy_timeout = 2000");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>The rowid of the last inserted row.</summary>
    public long InsertedRow => raw.sqlite3_last_insert_rowid(_connection.Handle);

    /// <summary>The number of rows that the connection has changed since it was opened.</summary>
    internal int Changes => raw.sqlite3_total_changes(_connection.Handle);

    /// <summary>Whether a value can be passed to a statement.</summary>
    public static bool Accepts(object? value) => value is null or string or long or int or bool or byte[];

    /// <summary>
    /// Whether the database file was moved or deleted since it was opened, so that further writes would be lost.
    /// </summary>
    internal bool HasMoved => FileControl.HasMoved(_connection.Handle!);

    /// <summary>Runs a statement. The values are bound to the statement's parameters <c>?1</c>, <c>?2</c> and so on.</summary>
    /// <returns>The number of changed rows.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Begin(sql, values);
        try
        {
            statement.Step();
            return raw.sqlite3_changes(_connection.Handle);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs a query and reads every row.</summary>
    public IReadOnlyList<T> Read<T>(string sql, Func<Row, T> read, params ReadOnlySpan<object?> values)
    {
        var statement = Begin(sql, values);
        try
        {
            var rows = new List<T>();
            while (statement.Step())
                rows.Add(read(statement.Row));
            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs a query and reads the first row; returns the default value if there are no rows.</summary>
    public T? First<T>(string sql, Func<Row, T> read, params ReadOnlySpan<object?> values)
    {
        var statement = Begin(sql, values);
        try
        {
            return statement.Step() ? read(statement.Row) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Registers a callback that writes in the current transaction just before COMMIT.</summary>
    public void BeforeCommit(Action<Session> action) => _beforeCommit.Add(action);

    /// <summary>Commits the current transaction.</summary>
    /// <param name="number">The total number of transactions so far, including this one; stored in the database.</param>
    internal void Commit(long number)
    {
        Execute("UPDATE commits SET count = ?1", number);
        foreach (var action in _beforeCommit)
            action(this);
        _beforeCommit.Clear();
        Execute("COMMIT");
    }

    /// <summary>
    /// Registers a callback for the end of the current transaction. The callback's argument is null after a commit, or the
    /// failure after a rollback. Callbacks run in registration order, before any write of the transaction completes. Callbacks
    /// must not block or throw.
    /// </summary>
    public void AtEnd(Action<Exception?> action) => _atEnd.Add(action);

    /// <summary>Runs the callbacks of the transaction that has ended.</summary>
    internal void Ended(Exception? failure)
    {
        _beforeCommit.Clear();
        foreach (var action in _atEnd)
            action(failure);
        _atEnd.Clear();
    }

    /// <summary>Prevents SQLite from moving the write-ahead log into the database file when the connection closes.</summary>
    internal void KeepLog() => _ = raw.sqlite3_db_config(_connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>Runs statements without parameters, such as a schema.</summary>
    internal void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    private Statement Begin(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new Statement(_connection.Handle!, sql));
        statement.Bind(values);
        return statement;
    }
}
