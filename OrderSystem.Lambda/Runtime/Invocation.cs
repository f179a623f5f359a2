using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.Runtime;

/// <summary>An event received from the Runtime API.</summary>
/// <param name="RequestId">The invocation's id, which is part of the URL to which the response is posted.</param>
/// <param name="Payload">The event, as JSON.</param>
/// <param name="Deadline">When the invocation times out.</param>
/// <param name="FunctionArn">The ARN that was invoked, with its qualifier.</param>
/// <param name="TraceHeader">The X-Ray tracing header; null if there is none.</param>
public sealed record Invocation(string RequestId, ReadOnlyMemory<byte> Payload, DateTimeOffset Deadline, string FunctionArn, string? TraceHeader);

/// <summary>An error as reported to the Runtime API. AWS Lambda Developer Guide: "Using the Lambda runtime API".</summary>
/// <param name="ErrorType">
/// The exception's type name, which Step Functions compares with the <c>ErrorEquals</c> of <c>Retry</c> and <c>Catch</c>.
/// </param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">The stack trace, one frame per entry.</param>
public sealed record InvocationError(string ErrorType, string ErrorMessage, IReadOnlyList<string> StackTrace)
{
    /// <summary>Creates the error that reports an exception.</summary>
    public static InvocationError From(Exception exception) => new(
        exception.GetType().Name,
        exception.Message,
        exception.StackTrace?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvocationError))]
internal sealed partial class RuntimeJson : JsonSerializerContext;
