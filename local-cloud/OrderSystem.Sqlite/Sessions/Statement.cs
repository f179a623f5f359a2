using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrderSystem.Sqlite.Sessions;

/// <summary>
/// A prepared statement. This class is faster than <c>SqliteCommand</c>, which looks up parameter names and creates a reader for
/// every run.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _handle;

    public Statement(sqlite3 connection, string sql)
    {
        _connection = connection;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle), connection);
        Row = new Row(_handle);
    }

    /// <summary>The current row.</summary>
    public Row Row { get; }

    /// <summary>Binds values to the parameters, starting with the first parameter.</summary>
    public void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            Check(Bind(i + 1, values[i]));
    }

    /// <summary>Moves to the next row; returns false if there are no more rows.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, _connection);
        return false;
    }

    /// <summary>Resets the statement for its next run.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle);

    public void Dispose() => _handle.Dispose();

    private int Bind(int parameter, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_handle, parameter),
        string text => BindText(parameter, text),
        long number => raw.sqlite3_bind_int64(_handle, parameter, number),
        int number => raw.sqlite3_bind_int(_handle, parameter, number),
        bool truth => raw.sqlite3_bind_int(_handle, parameter, truth ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(_handle, parameter, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} can't be stored.", nameof(value)),
    };

    private int BindText(int parameter, string text)
    {
        // An empty span has a null address, which SQLite would bind as NULL.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(_handle, parameter, text);
        Span<byte> utf8 = stackalloc byte[256];
        return raw.sqlite3_bind_text(_handle, parameter, Encoding.UTF8.TryGetBytes(text, utf8, out var length) ? utf8[..length] : Encoding.UTF8.GetBytes(text));
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, _connection);
    }
}
