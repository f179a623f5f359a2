using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrderSystem.Sqlite.Sessions;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
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

    /// <summary>The number of the row inserted last.</summary>
    public long InsertedRow => raw.sqlite3_last_insert_rowid(_connection.Handle);

    /// <summary>Whether the file was moved or deleted since it was opened: what is written to it now is lost.</summary>
    internal bool HasMoved => FileControl.HasMoved(_connection.Handle!);

    /// <summary>Runs a statement; its parameters are <c>?1</c>, <c>?2</c> and so on, in this order.</summary>
    /// <returns>How many rows it changed.</returns>
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

    /// <summary>Reads every row.</summary>
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

    /// <summary>Reads the first row; the default where there is none.</summary>
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

    /// <summary>Has something written last in the transaction under way, once all else that it holds is known.</summary>
    internal void BeforeCommit(Action<Session> action) => _beforeCommit.Add(action);

    /// <summary>Commits the transaction under way.</summary>
    /// <param name="number">How many there are with it.</param>
    internal void Commit(long number)
    {
        Execute("UPDATE commits SET count = ?1", number);
        foreach (var action in _beforeCommit)
            action(this);
        _beforeCommit.Clear();
        Execute("COMMIT");
    }

    /// <summary>
    /// Has something done at the end of the transaction under way, in the order of the writes and before any of them is
    /// answered: told null where it is on disk, else why it was rolled back. Quick, and throws nothing.
    /// </summary>
    internal void AtEnd(Action<Exception?> action) => _atEnd.Add(action);

    /// <summary>Tells that the transaction has ended.</summary>
    internal void Ended(Exception? failure)
    {
        _beforeCommit.Clear();
        foreach (var action in _atEnd)
            action(failure);
        _atEnd.Clear();
    }

    /// <summary>Has the log stay as it is when the connection closes.</summary>
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
