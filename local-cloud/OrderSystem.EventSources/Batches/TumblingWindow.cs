using System.Text.Json;
using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Batches;

/// <summary>
/// A tumbling window and its state. Lambda Developer Guide: "Implementing stateful DynamoDB stream processing in Lambda".
/// </summary>
/// <param name="Start">The start of the window.</param>
/// <param name="Length">The length of the window.</param>
/// <param name="State">The state that the function returned most recently, as a JSON object.</param>
internal sealed record TumblingWindow(DateTimeOffset Start, TimeSpan Length, string State)
{
    /// <summary>The maximum size of the state, in bytes of UTF-8. A larger state terminates its window early.</summary>
    public const int MaximumStateBytes = 1024 * 1024;

    public const string EmptyState = "{}";

    public DateTimeOffset End => Start + Length;

    /// <summary>Returns a new window, with an empty state, that contains the given time.</summary>
    public static TumblingWindow Of(DateTimeOffset moment, TimeSpan length) =>
        new(new DateTimeOffset(moment.UtcTicks - moment.UtcTicks % length.Ticks, TimeSpan.Zero), length, EmptyState);

    public WindowCheckpoint ToCheckpoint() => new(Start, State);

    public bool Contains(DateTimeOffset moment) => moment < End;

    public bool IsTooLarge => System.Text.Encoding.UTF8.GetByteCount(State) > MaximumStateBytes;

    /// <summary>
    /// Reads the state from a response; returns null if the response contains no state, in which case the invocation counts
    /// as failed.
    /// </summary>
    public static string? ReadState(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("state", out var state)
                && state.ValueKind == JsonValueKind.Object
                    ? state.GetRawText()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The kind of an invocation within a tumbling window.</summary>
internal enum WindowInvocation
{
    /// <summary>An invocation with records of the window.</summary>
    Records,

    /// <summary>The final invocation of the window, without records (<c>isFinalInvokeForWindow</c>).</summary>
    Final,

    /// <summary>
    /// An invocation without records because the state is too large (<c>isWindowTerminatedEarly</c>). The window then continues
    /// with an empty state.
    /// </summary>
    TerminatedEarly,
}
