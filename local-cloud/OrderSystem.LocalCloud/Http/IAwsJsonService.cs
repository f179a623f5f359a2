using System.Text.Json;

namespace OrderSystem.LocalCloud.Http;

/// <summary>A service that speaks the AWS JSON protocol: operations told apart by the <c>X-Amz-Target</c> header.</summary>
public interface IAwsJsonService
{
    /// <summary>What stands before the dot in <c>X-Amz-Target</c>, such as <c>AWSStepFunctions</c>.</summary>
    string TargetPrefix { get; }

    /// <summary>Runs one operation and writes its answer as one JSON object.</summary>
    /// <param name="operation">The operation's name, such as <c>StartExecution</c>.</param>
    /// <param name="request">The request body.</param>
    /// <param name="response">Takes the answer; what was written is dropped when the operation throws.</param>
    /// <param name="caller">Who asks, and under which trace.</param>
    /// <param name="cancellationToken">Cancelled when the client goes away.</param>
    /// <exception cref="AwsServiceException">The error that the client receives.</exception>
    ValueTask InvokeAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, AwsCaller caller, CancellationToken cancellationToken);
}

/// <summary>What a request tells of its sender.</summary>
/// <param name="Region">The region of the signature's scope, or the server's own.</param>
/// <param name="TraceHeader">The <c>X-Amzn-Trace-Id</c> header, if any.</param>
public sealed record AwsCaller(string Region, string? TraceHeader);
