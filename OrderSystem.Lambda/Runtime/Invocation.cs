using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.Runtime;

/// <summary>One event that the Runtime API handed out.</summary>
/// <param name="RequestId">Names the invocation in the answer.</param>
/// <param name="Payload">The event, as JSON.</param>
/// <param name="Deadline">When the service gives the invocation up.</param>
/// <param name="FunctionArn">The ARN that was invoked, with its qualifier.</param>
/// <param name="TraceHeader">The X-Ray tracing header, if any.</param>
public sealed record Invocation(string RequestId, ReadOnlyMemory<byte> Payload, DateTimeOffset Deadline, string FunctionArn, string? TraceHeader);

/// <summary>What the Runtime API wants to know of a failure. AWS Lambda Developer Guide: "Using the Lambda runtime API".</summary>
/// <param name="ErrorType">The exception's type name; Step Functions matches <c>Retry</c> and <c>Catch</c> against it.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">The stack, a frame an entry.</param>
public sealed record InvocationError(string ErrorType, string ErrorMessage, IReadOnlyList<string> StackTrace)
{
    /// <summary>Describes an exception.</summary>
    public static InvocationError From(Exception exception) => new(
        exception.GetType().Name,
        exception.Message,
        exception.StackTrace?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvocationError))]
internal sealed partial class RuntimeJson : JsonSerializerContext;
