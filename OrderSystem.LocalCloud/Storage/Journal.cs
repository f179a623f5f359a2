using System.Threading.Channels;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>
/// A file that only grows by whole lines, until it is rewritten with what still counts. An append is on disk when its task
/// completes; appends that wait together share one flush. A line torn by a kill is dropped when the file is read.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    private readonly string _path;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _writer;
    private FileStream _file;

    private Journal(string path, FileStream file)
    {
        _path = path;
        _file = file;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Reads a journal's lines, then opens it for more.</summary>
    /// <param name="path">The file; made if it is missing.</param>
    /// <param name="replay">Takes each whole line.</param>
    public static Journal Open(string path, Action<ReadOnlySpan<byte>> replay)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            var bytes = File.ReadAllBytes(path).AsSpan();
            var whole = bytes.LastIndexOf((byte)'\n') + 1;
            foreach (var range in bytes[..whole].Split((byte)'\n'))
            {
                if (!bytes[range].IsEmpty)
                    replay(bytes[range]);
            }

            if (whole < bytes.Length)
            {
                using var torn = new FileStream(path, FileMode.Open, FileAccess.Write);
                torn.SetLength(whole);
            }
        }

        return new Journal(path, OpenForAppend(path));
    }

    /// <summary>Appends one line; done when it is on disk.</summary>
    /// <param name="line">The line, without its end.</param>
    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var entry = new Entry(line, Rewrite: null);
        await _entries.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    /// <summary>Replaces the whole file, atomically, by what still counts.</summary>
    /// <param name="content">Tells it as whole lines, once everything appended before is written.</param>
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
        await _file.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var batch = new List<Entry>();
        while (await _entries.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < 1024 && _entries.Reader.TryRead(out var entry))
                batch.Add(entry);
            try
            {
                foreach (var entry in batch)
                    Write(entry);
                _file.Flush(flushToDisk: true);
                batch.ForEach(entry => entry.Done.TrySetResult());
            }
            catch (IOException error)
            {
                batch.ForEach(entry => entry.Done.TrySetException(error));
            }
        }
    }

    private void Write(Entry entry)
    {
        if (entry.Rewrite is { } content)
        {
            _file.Dispose();
            AtomicFile.Write(_path, content().Span);
            _file = OpenForAppend(_path);
            return;
        }

        _file.Write(entry.Content.Span);
        _file.WriteByte((byte)'\n');
    }

    private static FileStream OpenForAppend(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read, 64 * 1024);

    private sealed record Entry(ReadOnlyMemory<byte> Content, Func<ReadOnlyMemory<byte>>? Rewrite)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
