using System.Buffers;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>
/// A file that grows by whole lines until it is rewritten with its current content. An append is on disk when its task
/// completes; concurrent appends share one flush. A line that a crash cut off is dropped when the file is read; a line that a
/// full disk cut off is removed before the next write. A file that was deleted, moved or replaced is written again.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    private readonly string _path;
    private readonly Func<ReadOnlyMemory<byte>> _content;
    private readonly Func<int> _maximumLines;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _writer;
    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);
    private SafeFileHandle? _file;
    private long _length;
    private int _lines;
    private FileStatus? _known;

    private Journal(string path, long length, int lines, Func<ReadOnlyMemory<byte>> content, Func<int> maximumLines)
    {
        (_path, _length, _lines, _content, _maximumLines) = (path, length, lines, content, maximumLines);
        _file = OpenAt(path, length);
        Remember();
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Why the latest write failed; null if it succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Reads a journal's lines, then opens it to append more.</summary>
    /// <param name="path">The path of the file; it is created if it is missing.</param>
    /// <param name="replay">Receives each whole line.</param>
    /// <param name="content">Returns the current content, as whole lines, whenever the file is rewritten.</param>
    /// <param name="maximumLines">Returns the number of lines above which the file is rewritten.</param>
    /// <exception cref="InvalidDataException">A line cannot be read; the message says which.</exception>
    public static Journal Open(string path, Action<ReadOnlySpan<byte>> replay, Func<ReadOnlyMemory<byte>> content, Func<int> maximumLines)
    {
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(path)!);
        var (length, lines) = File.Exists(path) ? Replay(path, replay) : (0, 0);
        return new Journal(path, length, lines, content, maximumLines);
    }

    /// <summary>Appends one line. Completes when it is on disk.</summary>
    /// <param name="line">The line, without a line break.</param>
    /// <exception cref="IOException">The line can't be written.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var entry = new Entry(line);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    /// <summary>Replaces the whole file, atomically, with its current content.</summary>
    /// <exception cref="IOException">The file can't be written; the old file remains.</exception>
    public async Task RewriteAsync()
    {
        var entry = new Entry(null);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writer;
        Close();
    }

    private static (long Length, int Lines) Replay(string path, Action<ReadOnlySpan<byte>> replay)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        var lines = 0;
        foreach (var range in bytes[..whole].Split((byte)'\n'))
        {
            if (bytes[range].IsEmpty)
                continue;
            lines++;
            try
            {
                replay(bytes[range]);
            }
            catch (Exception error)
            {
                throw new InvalidDataException($"Line {lines} of {path} is damaged: {error.Message} Remove that line, or the whole file and with it all its data.", error);
            }
        }

        return (whole, lines);
    }

    private async Task WriteAsync()
    {
        var appended = new List<Entry>();
        while (await WaitAsync())
        {
            appended.Clear();
            var rewrite = default(Entry);
            while (rewrite is null && appended.Count < 1024 && _entries.Reader.TryRead(out var entry))
            {
                if (entry.Line is null)
                    rewrite = entry;
                else
                    appended.Add(entry);
            }

            if (appended.Count > 0)
                Try(() => Append(appended), appended);
            if (rewrite is not null)
                Try(Rewrite, [rewrite]);
            else if (_lines > _maximumLines())
                Try(Rewrite, []);
        }
    }

    // Checks the file also while nothing is written, so that acknowledged writes survive.
    private async Task<bool> WaitAsync()
    {
        var entries = _entries.Reader.WaitToReadAsync().AsTask();
        while (await Task.WhenAny(entries, Task.Delay(WatchInterval, TimeProvider.System)) != entries)
        {
            if (!IsOwn())
                Try(WriteAnew, []);
        }

        return await entries;
    }

    private void Try(Action write, List<Entry> entries)
    {
        try
        {
            if (!IsOwn())
                WriteAnew();
            write();
            // The file at the path must have the data before the write is acknowledged.
            if (!IsOwn())
            {
                WriteAnew();
                write();
            }

            Failure = null;
            entries.ForEach(entry => entry.Done.TrySetResult());
        }
        catch (Exception error)
        {
            // The next write reopens the file and continues after its last whole line.
            Close();
            var refusal = error as IOException ?? new IOException(error.Message, error);
            Failure = refusal;
            entries.ForEach(entry => entry.Done.TrySetException(refusal));
        }
    }

    private void Append(List<Entry> entries)
    {
        _file ??= OpenAt(_path, _length);
        _text.ResetWrittenCount();
        foreach (var entry in entries)
        {
            _text.Write(entry.Line!.Value.Span);
            _text.Write("\n"u8);
        }

        RandomAccess.Write(_file, _text.WrittenSpan, _length);
        RandomAccess.FlushToDisk(_file);
        _length += _text.WrittenCount;
        _lines += entries.Count;
    }

    // The old file counts until it is replaced. If that fails, the next attempt follows after as many lines again.
    private void Rewrite()
    {
        _lines = 0;
        var content = _content();
        Close();
        AtomicFile.Write(_path, content.Span);
        Remember();
        _length = content.Length;
        _lines = content.Span.Count((byte)'\n');
    }

    // Another file at the path is renamed, not deleted.
    private void WriteAnew()
    {
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(_path)!);
        if (File.Exists(_path))
            File.Move(_path, Enumerable.Range(1, int.MaxValue).Select(number => $"{_path}.replaced-{number}").First(path => !File.Exists(path)));
        Rewrite();
    }

    private void Remember() => _known = FileStatus.IsKnown ? FileStatus.Of(_path) : null;

    private bool IsOwn() => _known is not { } known || (FileStatus.Of(_path) is { } found && found.IsSameAs(known) && found.Length >= _length);

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private static SafeFileHandle OpenAt(string path, long length)
    {
        PrivateFiles.Create(path);
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) < length)
        {
            file.Dispose();
            throw new IOException($"{path} is shorter than it was left: something else has written to it.");
        }

        RandomAccess.SetLength(file, length);
        return file;
    }

    /// <param name="Line">The line; null requests a rewrite.</param>
    private sealed record Entry(ReadOnlyMemory<byte>? Line)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
