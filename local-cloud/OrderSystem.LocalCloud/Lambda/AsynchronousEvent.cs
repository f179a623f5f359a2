using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>An event on its way to a function, as it is kept between two tries.</summary>
internal sealed record AsynchronousEvent
{
    public required string Function { get; init; }

    public required string RequestId { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The event itself: JSON.</summary>
    public required JsonElement Payload { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Invocations that the function failed.</summary>
    public int Failures { get; init; }

    /// <summary>Tries in a row that did not come to an invocation: throttles, and the service's own errors.</summary>
    public int Obstacles { get; init; }

    public ReadOnlyMemory<byte> PayloadBytes => System.Text.Encoding.UTF8.GetBytes(Payload.GetRawText());

    public string Write() => JsonSerializer.Serialize(this, AsynchronousEventContext.Default.AsynchronousEvent);

    public static AsynchronousEvent Read(string text) => JsonSerializer.Deserialize(text, AsynchronousEventContext.Default.AsynchronousEvent)!;
}

[JsonSerializable(typeof(AsynchronousEvent))]
internal sealed partial class AsynchronousEventContext : JsonSerializerContext;
