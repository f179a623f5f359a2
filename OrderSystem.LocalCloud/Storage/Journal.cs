using System.Buffers;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>
/// A file that only grows by whole lines, until it is rewritten with what still counts. An append is on disk when its task
/// completes; appends that wait together share one flush. A line torn by a kill is dropped when the file is read; what a
/// full disk tore off is cut away before anything else is written.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    private const int MaximumBatch = 1024;

    private readonly string _path;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _lines = new(64 * 1024);
    private readonly Task _writer;
    private SafeFileHandle _file;
    private long _length;
    private bool _isTorn;

    private Journal(string path, SafeFileHandle file, long length, bool isTorn)
    {
        (_path, _file, _length, _isTorn) = (path, file, length, isTorn);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Reads a journal's lines, then opens it for more.</summary>
    /// <param name="path">The file; made if it is missing.</param>
    /// <param name="replay">Takes each whole line.</param>
    public static Journal Open(string path, Action<ReadOnlySpan<byte>> replay)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ReadOnlySpan<byte> bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        foreach (var range in bytes[..whole].Split((byte)'\n'))
        {
            if (!bytes[range].IsEmpty)
                replay(bytes[range]);
        }

        return new Journal(path, OpenForWriting(path), whole, isTorn: whole < bytes.Length);
    }

    /// <summary>Appends one line; done when it is on disk.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var entry = new Entry(line, Rewrite: null);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    /// <summary>Replaces the whole file, atomically, by what still counts.</summary>
    /// <param name="content">Tells it as whole lines, once everything appended before is written.</param>
    /// <exception cref="IOException">The disk refuses it; the file is the old one.</exception>
    public async Task RewriteAsync(Func<ReadOnlyMemory<byte>> content)
    {
        var entry = new Entry(default, content);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writer;
        _file.Dispose();
    }

    private async Task WriteAsync()
    {
        var appends = new List<Entry>();
        while (await _entries.Reader.WaitToReadAsync())
        {
            while (appends.Count < MaximumBatch && _entries.Reader.TryRead(out var entry))
            {
                if (entry.Rewrite is not { } content)
                {
                    appends.Add(entry);
                    continue;
                }

                Do(appends, () => Append(appends));
                Do([entry], () => Rewrite(content()));
            }

            Do(appends, () => Append(appends));
        }
    }

    /// <summary>Does what entries ask for and tells them so, or what stood in the way: whatever that is, those that come later are served.</summary>
    private static void Do(List<Entry> entries, Action work)
    {
        if (entries.Count == 0)
            return;
        try
        {
            work();
            entries.ForEach(entry => entry.Done.TrySetResult());
        }
        catch (Exception error)
        {
            var refusal = error as IOException ?? new IOException(error.Message, error);
            entries.ForEach(entry => entry.Done.TrySetException(refusal));
        }

        entries.Clear();
    }

    private void Append(List<Entry> entries)
    {
        if (_isTorn)
            RandomAccess.SetLength(_file, _length);
        _isTorn = true;
        _lines.ResetWrittenCount();
        foreach (var entry in entries)
        {
            _lines.Write(entry.Content.Span);
            _lines.Write("\n"u8);
        }

        RandomAccess.Write(_file, _lines.WrittenSpan, _length);
        RandomAccess.FlushToDisk(_file);
        _length += _lines.WrittenCount;
        _isTorn = false;
    }

    private void Rewrite(ReadOnlyMemory<byte> content)
    {
        AtomicFile.Write(_path, content.Span);
        var file = OpenForWriting(_path);
        _file.Dispose();
        (_file, _length, _isTorn) = (file, content.Length, false);
    }

    private static SafeFileHandle OpenForWriting(string path) => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    private sealed record Entry(ReadOnlyMemory<byte> Content, Func<ReadOnlyMemory<byte>>? Rewrite)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
