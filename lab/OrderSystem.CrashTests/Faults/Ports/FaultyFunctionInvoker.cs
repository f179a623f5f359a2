using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.CrashTests.Faults.Ports;

/// <summary>
/// Decorates LocalCloud's function invoker with crash points: one before the invocation, and one after the response.
/// </summary>
internal sealed class FaultyFunctionInvoker(IFunctionInvoker inner, FaultInjector faults) : IFunctionInvoker
{
    public Task<InvocationResult> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken) => faults.AroundAsync(
        CrashPoints.InvokeLambda, FunctionReference.Parse(request.Function).Name, () => inner.InvokeAsync(request, cancellationToken),
        () => new AwsServiceException("ServiceException", "Injected fault.", 500));
}
