using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrderSystem.Lambda;

/// <summary>The context of an invocation, passed to the function's handler.</summary>
/// <param name="RequestId">The invocation's id. Retries of an asynchronous event have the same id.</param>
/// <param name="FunctionArn">The ARN that was invoked.</param>
/// <param name="Deadline">When the invocation times out. The handler's token is cancelled shortly before the timeout.</param>
/// <param name="Services">The scoped services of the invocation.</param>
public sealed record InvocationContext(string RequestId, string FunctionArn, DateTimeOffset Deadline, IServiceProvider Services);

/// <summary>A function that this program can serve.</summary>
/// <param name="Handler">The function's <c>Handler</c> in the template and in <c>_HANDLER</c>.</param>
/// <param name="Trigger">The value of the span attribute <c>faas.trigger</c>: <c>datasource</c>, <c>http</c>, <c>other</c>, …</param>
/// <param name="InvokeAsync">
/// Handles an event and returns the response, both as JSON. If it throws an exception, the exception is reported as a
/// function error whose type is the exception's type name.
/// </param>
public sealed record Function(string Handler, string Trigger, Func<ReadOnlyMemory<byte>, InvocationContext, CancellationToken, Task<ReadOnlyMemory<byte>>> InvokeAsync)
{
    /// <summary>Creates a function with a typed event and response, using source-generated JSON.</summary>
    public static Function Create<TEvent, TAnswer>(
        string handler,
        string trigger,
        JsonTypeInfo<TEvent> eventType,
        JsonTypeInfo<TAnswer> answerType,
        Func<TEvent, InvocationContext, CancellationToken, Task<TAnswer>> invokeAsync) =>
        new(handler, trigger, async (payload, context, cancellationToken) =>
        {
            var input = JsonSerializer.Deserialize(payload.Span, eventType)
                ?? throw new JsonException($"{handler} was invoked with the JSON event null. Send an event that is not null.");
            return JsonSerializer.SerializeToUtf8Bytes(await invokeAsync(input, context, cancellationToken), answerType);
        });
}
