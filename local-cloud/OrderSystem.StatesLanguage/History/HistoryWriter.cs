using System.Buffers;
using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>
/// Writes an execution's history in chunks, which are about a tenth of the size of the same events in JSON.
/// <see cref="HistoryReader"/> reads the chunks.
/// </summary>
public sealed class HistoryWriter
{
    private readonly ArrayBufferWriter<byte> _chunk = new(512);
    private readonly object?[] _latest = new object?[HistoryChunks.Remembered];
    private readonly Fields _fields;
    private Utf8JsonWriter? _json;
    private ArrayBufferWriter<byte>? _payload;
    private int _count;
    private long _ticks;
    private bool _goesOn;

    /// <summary>Creates a writer for a new history, or for a history that another process started.</summary>
    public HistoryWriter() => _fields = new Fields(this);

    /// <summary>Writes consecutive events as one chunk.</summary>
    public byte[] Write(IReadOnlyList<HistoryEvent> events)
    {
        _chunk.Write([_goesOn ? HistoryChunks.Continued : HistoryChunks.Fresh]);
        WriteNumber(events[0].Id);
        _goesOn = true;
        foreach (var historyEvent in events)
            Write(historyEvent);
        var chunk = _chunk.WrittenSpan.ToArray();
        _chunk.ResetWrittenCount();
        return chunk;
    }

    private void Write(HistoryEvent historyEvent)
    {
        WriteText(historyEvent.Type.ToString());
        WriteNumber(historyEvent.Id - historyEvent.PreviousId);
        WriteSigned(historyEvent.Timestamp.UtcTicks - _ticks);
        _ticks = historyEvent.Timestamp.UtcTicks;
        WriteNumber(historyEvent.Branch.StartedEventId);
        if (historyEvent.Branch.StartedEventId != 0)
            WriteNumber(historyEvent.Branch.Index);
        if (historyEvent.Details is { } details)
            EventFields.Write(_fields, details);
        WriteNumber(HistoryChunks.EndOfEvent);
    }

    private void WriteText(string text)
    {
        if (HistoryChunks.WordPlaces.TryGetValue(text, out var place))
        {
            WriteNumber(HistoryChunks.FirstWord + place);
        }
        else if (!TryReferTo(text))
        {
            WriteNumber(HistoryChunks.Text);
            WriteNumber(Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, _chunk);
        }
    }

    private void WritePayload(StatesValue value)
    {
        if (TryReferTo(value))
            return;
        _payload ??= new ArrayBufferWriter<byte>(256);
        _json ??= new Utf8JsonWriter(_payload, StatesValue.CompactWriting);
        value.WriteTo(_json);
        _json.Flush();
        WriteNumber(HistoryChunks.Payload);
        WriteNumber(_payload.WrittenCount);
        _chunk.Write(_payload.WrittenSpan);
        _payload.ResetWrittenCount();
        _json.Reset();
    }

    /// <summary>
    /// Writes a reference and returns true if the value is among the most recent values; otherwise remembers the value and
    /// returns false.
    /// </summary>
    private bool TryReferTo(object value)
    {
        var oldest = Math.Max(0, _count - HistoryChunks.Remembered);
        for (var place = _count - 1; place >= oldest; place--)
        {
            if (!ReferenceEquals(_latest[place % HistoryChunks.Remembered], value))
                continue;
            WriteNumber(HistoryChunks.StepsBack + _count - place);
            return true;
        }

        _latest[_count++ % HistoryChunks.Remembered] = value;
        return false;
    }

    private void WriteSigned(long value) => WriteNumber((ulong)((value << 1) ^ (value >> 63)));

    private void WriteNumber(int value) => WriteNumber((ulong)(uint)value);

    private void WriteNumber(ulong value)
    {
        var span = _chunk.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _chunk.Advance(length);
    }

    private sealed class Fields(HistoryWriter writer) : IEventFields
    {
        public void Set(EventField field, StatesValue? value)
        {
            if (value is null)
                return;
            writer.WriteText(field.Name);
            switch (value)
            {
                case StatesString text:
                    writer.WriteText(text.Value);
                    break;
                case StatesNumber { IsInteger: true } number when number.TryGetInt64(out var integer):
                    writer.WriteNumber(HistoryChunks.Integer);
                    writer.WriteSigned(integer);
                    break;
                default:
                    writer.WritePayload(value);
                    break;
            }
        }
    }
}
