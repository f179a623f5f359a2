using System.Security.Cryptography;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Lambda;

internal sealed class FunctionInvoker(FunctionRegistry functions, TimeProvider time) : IFunctionInvoker
{
    public async Task<InvocationResult> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var invoked = functions.Get(request.Function);
        var qualifier = FunctionReference.Parse(request.Function).Qualifier;
        var outcome = "error";
        try
        {
            var invocation = new PendingInvocation(request, request.TraceHeader ?? NewTrace()) { Qualifier = qualifier };
            var result = (await invoked.InvokeAsync(invocation, cancellationToken)) with
            {
                RequestId = request.RequestId,
                ExecutedVersion = invoked.Versions.Of(qualifier) ?? FunctionVersions.Latest
            };
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
                new KeyValuePair<string, object?>("faas.invoked_name", invoked.Configuration.Name),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    // The header has no Parent. LocalCloud exports no span for the invocation, so a Parent would make the function's spans
    // refer to a span that does not exist.
    private string NewTrace() =>
        $"Root=1-{time.GetUtcNow().ToUnixTimeSeconds():x8}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
}
