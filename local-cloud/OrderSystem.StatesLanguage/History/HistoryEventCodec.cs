using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>Serializes individual events as JSON, with everything that a resumed execution needs.</summary>
public static class HistoryEventCodec
{
    /// <summary>Serializes an event.</summary>
    public static byte[] Write(HistoryEvent historyEvent)
    {
        var fields = new JsonFields();
        fields.Builder
            .Set("id", historyEvent.Id)
            .Set("previous", historyEvent.PreviousId)
            .Set("type", historyEvent.Type.ToString())
            .Set("time", historyEvent.Timestamp.UtcTicks);
        if (historyEvent.Branch != default)
            fields.Builder.Set("branch", new StatesArray([historyEvent.Branch.StartedEventId, historyEvent.Branch.Index]));
        if (historyEvent.Details is { } details)
            EventFields.Write(fields, details);
        return fields.Builder.Build().ToUtf8Bytes();
    }

    /// <summary>Deserializes an event.</summary>
    /// <exception cref="FormatException">The bytes were not written by <see cref="Write"/>.</exception>
    public static HistoryEvent Read(ReadOnlySpan<byte> written)
    {
        var fields = StatesValue.Parse(written, StatesValue.DeepestWritten) as StatesObject ?? throw new FormatException("A history event must be a JSON object");
        var branch = fields["branch"] is StatesArray { Count: 2 } key ? new BranchKey(EventFields.Integer(key[0]), EventFields.Integer(key[1])) : default;
        var type = Enum.Parse<HistoryEventType>(EventFields.Text(fields, "type") ?? "");
        var time = new DateTimeOffset(((StatesNumber)fields["time"]!).TryGetInt64(out var ticks) ? ticks : 0, TimeSpan.Zero);
        return new HistoryEvent(EventFields.Integer(fields["id"]), EventFields.Integer(fields["previous"]), type, time, branch, EventFields.Read(fields));
    }

    private sealed class JsonFields : IEventFields
    {
        public StatesObjectBuilder Builder { get; } = new(8);

        public void Set(EventField field, StatesValue? value)
        {
            if (value is not null)
                Builder.Set(field.Name, value);
        }
    }
}
