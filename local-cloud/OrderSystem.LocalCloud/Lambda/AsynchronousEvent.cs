using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>An event of an asynchronous invocation, as it is stored between two attempts.</summary>
internal sealed record AsynchronousEvent
{
    public required string Function { get; init; }

    /// <summary>The version or alias that was invoked; null for <c>$LATEST</c>.</summary>
    public string? Qualifier { get; init; }

    public required string RequestId { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The JSON that the function receives.</summary>
    public required JsonElement Payload { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The number of invocations that ended with a function error.</summary>
    public int Failures { get; init; }

    /// <summary>
    /// The number of consecutive attempts that did not invoke the function, because of throttling or an error in Lambda itself.
    /// </summary>
    public int Obstacles { get; init; }

    public ReadOnlyMemory<byte> PayloadBytes => System.Text.Encoding.UTF8.GetBytes(Payload.GetRawText());

    public string Write() => JsonSerializer.Serialize(this, AsynchronousEventContext.Default.AsynchronousEvent);

    public static AsynchronousEvent Read(string text) => JsonSerializer.Deserialize(text, AsynchronousEventContext.Default.AsynchronousEvent)!;
}

[JsonSerializable(typeof(AsynchronousEvent))]
internal sealed partial class AsynchronousEventContext : JsonSerializerContext;
