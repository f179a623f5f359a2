using System.Buffers;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>
/// A file to which lines are appended. When the file has too many lines, it is rewritten so that it contains only the current
/// data. A line is on disk when the task that <see cref="AppendAsync"/> returned completes; concurrent appends share one flush. A
/// line that was cut off by a crash is dropped when the file is opened. A line that was cut off by a failed write, for example on
/// a full disk, is removed before the next write. If the file is deleted, moved or replaced, the journal writes a new file with
/// the current data.
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

    /// <summary>The reason why the latest write failed; null if it succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Reads the existing lines of a journal, and opens it for appending.</summary>
    /// <param name="path">The path of the file; it is created if it is missing.</param>
    /// <param name="replay">A function that is called for each complete line of the file.</param>
    /// <param name="content">A function that returns the current data, as complete lines. It is called whenever the file
    /// is rewritten.</param>
    /// <param name="maximumLines">A function that returns the number of lines above which the file is rewritten.</param>
    /// <exception cref="InvalidDataException">A line can't be read. The exception message contains the line number.</exception>
    public static Journal Open(string path, Action<ReadOnlySpan<byte>> replay, Func<ReadOnlyMemory<byte>> content, Func<int> maximumLines)
    {
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(path)!);
        var (length, lines) = File.Exists(path) ? Replay(path, replay) : (0, 0);
        return new Journal(path, length, lines, content, maximumLines);
    }

    /// <summary>Appends one line. The task completes when the line is on disk.</summary>
    /// <param name="line">The line, without a line break.</param>
    /// <exception cref="IOException">The line can't be written.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var entry = new Entry(line);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    /// <summary>Atomically replaces the file with a file that contains only the current data.</summary>
    /// <exception cref="IOException">The new file can't be written. The old file remains in place.</exception>
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
                throw new InvalidDataException($"Line {lines} of {path} is damaged: {error.Message} Delete that line, or delete the whole file and lose all its data.", error);
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

    // Checks whether the file was deleted or replaced even while nothing is written, so that acknowledged writes are not lost.
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
            // Before the write is acknowledged, make sure that the data is in the file at the journal's path, and not in a file
            // that was moved away.
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
            // The next write reopens the file and continues after the last complete line in the file.
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

    // The old file remains valid until it is replaced. If the replacement fails, the next attempt is made after as many new lines
    // have been appended as triggered this rewrite.
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

    // If another file is now at the journal's path, that file is renamed rather than deleted.
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
            throw new IOException($"{path} is shorter than when it was last written: another program has changed it.");
        }

        RandomAccess.SetLength(file, length);
        return file;
    }

    /// <param name="Line">The line to append; null to rewrite the file.</param>
    private sealed record Entry(ReadOnlyMemory<byte>? Line)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
