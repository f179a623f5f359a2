using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrderSystem.Core.Orders;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// Everything the embedded cloud keeps, in one SQLite file: orders, stock, payments, changes, executions. One writer with
/// group commit, readers beside it. A write that was answered survives the loss of the machine's power.
/// </summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>How many writes may wait unless set.</summary>
    public const int StandardQueue = 8192;

    private const string Opening = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 8192;
        """;

    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly GroupCommit _writer;
    private readonly ConcurrentBag<Session> _readers = [];
    private bool _isClosed;

    private EmbeddedDatabase(string path, string connectionString, FileStream fileLock, Session writing, int queue)
    {
        (Path, _connectionString, _lock) = (path, connectionString, fileLock);
        _writer = new GroupCommit(writing, queue);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether <see cref="Open"/> made the file.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Why the latest transaction failed; null while they succeed.</summary>
    public Exception? Failure => _writer.Failure;

    /// <summary>Opens a file, or makes it, and brings it to this program's schema.</summary>
    /// <param name="path">The file.</param>
    /// <param name="queue">How many writes may wait; beyond, calls wait or are refused.</param>
    /// <exception cref="DatabaseException">The file is in use, newer than this program, damaged or no database.</exception>
    public static EmbeddedDatabase Open(string path, int queue = StandardQueue)
    {
        path = System.IO.Path.GetFullPath(path);
        var fileLock = Lock(path);
        try
        {
            var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 }.ToString();
            var session = new Session(connectionString);
            try
            {
                session.Run(Opening);
                var isNew = Migrate(session, path);
                return new EmbeddedDatabase(path, connectionString, fileLock, session, queue) { IsNew = isNew };
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteException e)
        {
            fileLock.Dispose();
            throw Unusable(path, e);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>Writes once there is room in the queue; answers when the write is on disk.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the file refused it.</exception>
    public Task<T> WriteAsync<T>(Func<Session, T> write, CancellationToken cancellationToken) => WriteAsync(write, committed: null, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{Session, T}, CancellationToken)"/>
    /// <param name="write">What to write.</param>
    /// <param name="committed">Told of the answer on the writer's thread, in the order of the writes, before anybody else; quick, and throws nothing.</param>
    /// <param name="cancellationToken">Drops the write while it has not begun.</param>
    internal async Task<T> WriteAsync<T>(Func<Session, T> write, Action<T>? committed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var queued = new QueuedWrite<T>(write, committed, cancellationToken);
        return await AnswerAsync(queued, QueueAsync(queued, cancellationToken));
    }

    /// <summary>Writes unless too many writes wait already; answers when the write is on disk.</summary>
    /// <exception cref="StoreUnavailableException">The queue is full, or the disk or the file refused it.</exception>
    public Task<T> WriteOrRefuseAsync<T>(Func<Session, T> write, CancellationToken cancellationToken) => WriteOrRefuseAsync(write, committed: null, cancellationToken);

    /// <inheritdoc cref="WriteOrRefuseAsync{T}(Func{Session, T}, CancellationToken)"/>
    /// <param name="write">What to write.</param>
    /// <param name="committed">Told of the answer on the writer's thread, in the order of the writes, before anybody else; quick, and throws nothing.</param>
    /// <param name="cancellationToken">Drops the write while it has not begun.</param>
    internal async Task<T> WriteOrRefuseAsync<T>(Func<Session, T> write, Action<T>? committed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var queued = new QueuedWrite<T>(write, committed, cancellationToken);
        if (_isClosed)
            throw Closed(null);
        if (!_writer.TryQueue(queued))
            throw new StoreUnavailableException($"Too many writes to {Path} are waiting.", new TimeoutException());
        return await AnswerAsync(queued, ValueTask.CompletedTask);
    }

    /// <summary>Queues a write and answers at once with the task of its end: writes queued later come behind it.</summary>
    public async ValueTask<Task> QueueAsync(Action<Session> write, CancellationToken cancellationToken)
    {
        var queued = new QueuedWrite<bool>(session =>
        {
            write(session);
            return true;
        }, committed: null, CancellationToken.None);
        await QueueAsync(queued, cancellationToken);
        return AnswerAsync(queued, ValueTask.CompletedTask);
    }

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="StoreUnavailableException">The file can't be read.</exception>
    public T Read<T>(Func<Session, T> read)
    {
        if (_isClosed)
            throw Closed(null);
        try
        {
            if (!_readers.TryTake(out var session))
                session = new Session(_connectionString);
            try
            {
                return read(session);
            }
            finally
            {
                _readers.Add(session);
            }
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"{Path} can't be read ({e.Message}).", e);
        }
    }

    /// <summary>Proves that a write reaches the disk.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        WriteAsync(session => session.Execute("INSERT OR REPLACE INTO probe (id, at) VALUES (1, $1)", Environment.TickCount64), cancellationToken);

    /// <summary>Finishes what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        await _writer.DisposeAsync();
        while (_readers.TryTake(out var session))
            session.Dispose();
        await _lock.DisposeAsync();
    }

    private async ValueTask QueueAsync(QueuedWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _writer.QueueAsync(write, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw Closed(e);
        }
    }

    private StoreUnavailableException Closed(Exception? cause) => new($"{Path} is closed.", cause ?? new ObjectDisposedException(nameof(EmbeddedDatabase)));

    private async Task<T> AnswerAsync<T>(QueuedWrite<T> write, ValueTask queued)
    {
        await queued;
        try
        {
            return await write.Answer;
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"{Path} can't be written ({e.Message}).", e);
        }
    }

    // SQLite's own locks let a second process in between two transactions; two engines on one file would run each execution twice.
    private static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"{path} is in use by another process, or its folder can't be written ({e.Message}). Stop the other process, or give another folder with OrderSystem__Data.", e);
        }
    }

    private static bool Migrate(Session session, string path)
    {
        var version = session.First("PRAGMA user_version", row => row.GetInt32(0));
        if (version > Schema.Version)
            throw new DatabaseException($"{path} was written by a newer program: its schema has version {version}, this program knows {Schema.Version}. Run the newer program, or give another folder with OrderSystem__Data.");
        if (version == 0 && session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt32(0)) > 0)
            throw new DatabaseException($"{path} is a database of another program. Give another folder with OrderSystem__Data.");
        for (var step = version; step < Schema.Version; step++)
            session.Run($"BEGIN IMMEDIATE; {Schema.Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
        return version == 0;
    }

    private static DatabaseException Unusable(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => $"{path} is damaged or no SQLite database ({e.Message}). Restore it from a copy, or move it away to begin with an empty one.",
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => $"{path} is locked by another process ({e.Message}). Close whatever has it open.",
            _ => $"{path} can't be opened ({e.Message}).",
        },
        e);
}
