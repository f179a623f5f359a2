using System.Text;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>Reads the history chunks that <see cref="HistoryWriter"/> wrote.</summary>
public sealed class HistoryReader
{
    private readonly List<HistoryEvent> _events = [];
    private readonly StatesValue[] _latest = new StatesValue[HistoryChunks.Remembered];
    private int _count;
    private long _ticks;

    private HistoryReader()
    {
    }

    /// <summary>Reads a history, up to the first missing event.</summary>
    /// <param name="chunks">The chunks of the history, in order.</param>
    /// <exception cref="FormatException">A chunk was not written by <see cref="HistoryWriter"/>.</exception>
    public static IReadOnlyList<HistoryEvent> Read(IEnumerable<byte[]> chunks)
    {
        var reader = new HistoryReader();
        try
        {
            _ = chunks.All(reader.TryReadChunk);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException)
        {
            throw new FormatException($"The history is damaged after event {reader._events.Count}", e);
        }

        return reader._events;
    }

    private bool TryReadChunk(byte[] chunk)
    {
        var rest = (ReadOnlySpan<byte>)chunk.AsSpan(1);
        if (ReadNumber(ref rest) != (ulong)_events.Count + 1)
            return false;
        if (chunk[0] == HistoryChunks.Fresh)
            (_count, _ticks) = (0, 0);
        while (!rest.IsEmpty)
            _events.Add(ReadEvent(ref rest));
        return true;
    }

    private HistoryEvent ReadEvent(ref ReadOnlySpan<byte> rest)
    {
        var id = _events.Count + 1;
        var type = Enum.Parse<HistoryEventType>(((StatesString)ReadValue(ref rest)!).Value);
        var previous = id - (int)ReadNumber(ref rest);
        _ticks += ReadSigned(ref rest);
        var started = (int)ReadNumber(ref rest);
        var branch = started == 0 ? default : new BranchKey(started, (int)ReadNumber(ref rest));
        var fields = new StatesObjectBuilder(8);
        while (ReadValue(ref rest) is StatesString name)
            fields.Set(name.Value, ReadValue(ref rest)!);
        return new HistoryEvent(id, previous, type, new DateTimeOffset(_ticks, TimeSpan.Zero), branch, EventFields.Read(fields.Build()));
    }

    /// <summary>Reads a value or a field name; returns null at the end of the event.</summary>
    private StatesValue? ReadValue(ref ReadOnlySpan<byte> rest)
    {
        switch ((int)ReadNumber(ref rest))
        {
            case HistoryChunks.Text:
                return Remember(new StatesString(Encoding.UTF8.GetString(ReadBytes(ref rest))));
            case HistoryChunks.Payload:
                return Remember(StatesValue.Parse(ReadBytes(ref rest), StatesValue.DeepestWritten));
            case HistoryChunks.Integer:
                return ReadSigned(ref rest);
            case HistoryChunks.EndOfEvent:
                return null;
            case >= HistoryChunks.FirstWord and var word:
                return HistoryChunks.Words[word - HistoryChunks.FirstWord];
            case var step:
                return _latest[(_count - (step - HistoryChunks.StepsBack)) % HistoryChunks.Remembered];
        }
    }

    private StatesValue Remember(StatesValue value) => _latest[_count++ % HistoryChunks.Remembered] = value;

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> rest)
    {
        var length = (int)ReadNumber(ref rest);
        var bytes = rest[..length];
        rest = rest[length..];
        return bytes;
    }

    private static long ReadSigned(ref ReadOnlySpan<byte> rest) => Signed(ReadNumber(ref rest));

    private static long Signed(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static ulong ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        var value = 0UL;
        var length = 0;
        do
            value |= (ulong)(rest[length] & 0x7f) << (7 * length);
        while ((rest[length++] & 0x80) != 0);
        rest = rest[length..];
        return value;
    }
}
