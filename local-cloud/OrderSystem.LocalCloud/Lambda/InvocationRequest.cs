namespace OrderSystem.LocalCloud.Lambda;

/// <summary>A request to invoke a function.</summary>
/// <param name="Function">A name, a partial ARN or an ARN, with or without a qualifier.</param>
/// <param name="Payload">The event, as JSON.</param>
public sealed record InvocationRequest(string Function, ReadOnlyMemory<byte> Payload)
{
    /// <summary>
    /// The request id. The function receives it as <c>Lambda-Runtime-Aws-Request-Id</c>, and the caller receives it in the
    /// response. All attempts of one asynchronous invocation have the same id. Default: a new id.
    /// </summary>
    public string RequestId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>
    /// The trace header, which the function receives as <c>Lambda-Runtime-Trace-Id</c>; null to start a new trace.
    /// </summary>
    public string? TraceHeader { get; init; }

    /// <summary>
    /// The client context, which the function receives as <c>Lambda-Runtime-Client-Context</c>: JSON on one line of ASCII; null
    /// if the caller sent no client context.
    /// </summary>
    public string? ClientContext { get; init; }
}
