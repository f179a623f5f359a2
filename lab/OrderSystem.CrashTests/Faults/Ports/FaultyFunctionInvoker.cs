using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.CrashTests.Faults.Ports;

/// <summary>LocalCloud's Lambda service with crash points before the invocation and after the response.</summary>
internal sealed class FaultyFunctionInvoker(IFunctionInvoker inner, FaultInjector faults) : IFunctionInvoker
{
    public Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, string? traceHeader, string? clientContext, CancellationToken cancellationToken) => faults.AroundAsync(
        CrashPoints.InvokeLambda, FunctionReference.Parse(function).Name, () => inner.InvokeAsync(function, payload, traceHeader, clientContext, cancellationToken),
        () => new AwsServiceException("ServiceException", "Injected fault.", 500));
}
