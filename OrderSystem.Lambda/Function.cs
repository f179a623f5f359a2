using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrderSystem.Lambda;

/// <summary>What a handler knows of the invocation it serves.</summary>
/// <param name="RequestId">The invocation's id, the same on every retry of an asynchronous event.</param>
/// <param name="FunctionArn">The ARN that was invoked.</param>
/// <param name="Deadline">When the service gives up; the handler's token is cancelled then.</param>
/// <param name="Services">The services of this invocation's scope.</param>
public sealed record InvocationContext(string RequestId, string FunctionArn, DateTimeOffset Deadline, IServiceProvider Services);

/// <summary>A function that this program can serve.</summary>
/// <param name="Handler">Its name in <c>Handler</c> of the template and in <c>_HANDLER</c>.</param>
/// <param name="Trigger">What invokes it, as <c>faas.trigger</c> words it: <c>datasource</c>, <c>http</c>, <c>other</c>, …</param>
/// <param name="InvokeAsync">Takes the event and answers it, both JSON. What it throws is reported under the exception's type name.</param>
public sealed record Function(string Handler, string Trigger, Func<ReadOnlyMemory<byte>, InvocationContext, CancellationToken, Task<ReadOnlyMemory<byte>>> InvokeAsync)
{
    /// <summary>A function whose event and answer are types known to a source-generated JSON context.</summary>
    public static Function Create<TEvent, TAnswer>(
        string handler,
        string trigger,
        JsonTypeInfo<TEvent> eventType,
        JsonTypeInfo<TAnswer> answerType,
        Func<TEvent, InvocationContext, CancellationToken, Task<TAnswer>> invokeAsync) =>
        new(handler, trigger, async (payload, context, cancellationToken) =>
        {
            var input = JsonSerializer.Deserialize(payload.Span, eventType)
                ?? throw new JsonException($"{handler} was invoked with null instead of an event.");
            return JsonSerializer.SerializeToUtf8Bytes(await invokeAsync(input, context, cancellationToken), answerType);
        });
}
