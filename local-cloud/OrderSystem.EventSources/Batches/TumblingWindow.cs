using System.Text.Json;
using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Batches;

/// <summary>A tumbling window and the state the function keeps in it. Lambda Developer Guide: "Implementing stateful DynamoDB stream processing in Lambda".</summary>
/// <param name="Start">When it begins.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="State">What the function returned last, as a JSON object.</param>
internal sealed record TumblingWindow(DateTimeOffset Start, TimeSpan Length, string State)
{
    /// <summary>A state above this ends its window early.</summary>
    public const int MaximumStateBytes = 1024 * 1024;

    public const string EmptyState = "{}";

    public DateTimeOffset End => Start + Length;

    /// <summary>The window that a moment belongs to, its state empty.</summary>
    public static TumblingWindow Of(DateTimeOffset moment, TimeSpan length) =>
        new(new DateTimeOffset(moment.UtcTicks - moment.UtcTicks % length.Ticks, TimeSpan.Zero), length, EmptyState);

    public WindowCheckpoint ToCheckpoint() => new(Start, State);

    public bool Contains(DateTimeOffset moment) => moment < End;

    public bool IsTooLarge => System.Text.Encoding.UTF8.GetByteCount(State) > MaximumStateBytes;

    /// <summary>Takes the state out of an answer; null where it has none, which fails the invocation.</summary>
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

/// <summary>Which invocation of its window this is.</summary>
internal enum WindowInvocation
{
    /// <summary>One with records.</summary>
    Records,

    /// <summary>The last one: the window is over, its state final (<c>isFinalInvokeForWindow</c>).</summary>
    Final,

    /// <summary>The state outgrew its limit; the window goes on with an empty one (<c>isWindowTerminatedEarly</c>).</summary>
    TerminatedEarly,
}
