using System.Security.Cryptography;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Lambda;

internal sealed class FunctionInvoker(FunctionRegistry functions, TimeProvider time) : IFunctionInvoker
{
    public Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, string? traceHeader, CancellationToken cancellationToken) =>
        InvokeAsync(functions.Get(function), FunctionReference.Parse(function).Qualifier, payload, traceHeader, null, cancellationToken);

    public async Task<InvocationResult> InvokeAsync(Function function, string? qualifier, ReadOnlyMemory<byte> payload, string? traceHeader, string? clientContext, CancellationToken cancellationToken)
    {
        var outcome = "error";
        try
        {
            var invocation = new Invocation(payload, traceHeader ?? NewTrace(), clientContext) { Qualifier = qualifier };
            var result = (await function.InvokeAsync(invocation, cancellationToken)) with { RequestId = invocation.RequestId, ExecutedVersion = function.Versions.Of(qualifier) ?? FunctionVersions.Latest };
            outcome = result.FunctionError is null ? "success" : "function_error";
            return result;
        }
        catch (Http.AwsServiceException error) when (error.StatusCode == 429)
        {
            outcome = "throttle";
            throw;
        }
        finally
        {
            Telemetry.Invocations.Add(1,
                new KeyValuePair<string, object?>("faas.invoked_name", function.Configuration.Name),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    // Without a parent, because no such span is exported: the function's spans would be orphans.
    private string NewTrace() =>
        $"Root=1-{time.GetUtcNow().ToUnixTimeSeconds():x8}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
}
