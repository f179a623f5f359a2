using System.Text.Json;

namespace OrderSystem.LocalCloud.Http;

/// <summary>A service that uses the AWS JSON protocol: the header <c>X-Amz-Target</c> names the operation.</summary>
internal interface IAwsJsonService
{
    /// <summary>The part of <c>X-Amz-Target</c> before the dot, such as <c>AWSStepFunctions</c>.</summary>
    string TargetPrefix { get; }

    /// <summary>Runs one operation and writes its response as one JSON object.</summary>
    /// <param name="operation">The operation's name, such as <c>StartExecution</c>.</param>
    /// <param name="request">The request body.</param>
    /// <param name="response">The writer that receives the response, which is discarded if the operation
    /// throws.</param>
    /// <param name="caller">The caller's region and trace.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    /// <exception cref="AwsServiceException">The error that the client receives.</exception>
    ValueTask InvokeAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, AwsCaller caller, CancellationToken cancellationToken);
}

/// <summary>The region and the trace of a request's caller.</summary>
/// <param name="Region">The region in the scope of the request's signature; LocalCloud's own region if the request is not
/// signed.</param>
/// <param name="TraceHeader">The <c>X-Amzn-Trace-Id</c> header, if any.</param>
internal sealed record AwsCaller(string Region, string? TraceHeader);
