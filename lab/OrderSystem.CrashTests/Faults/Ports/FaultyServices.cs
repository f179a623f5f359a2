using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.CrashTests.Faults.Ports;

/// <summary>Decorates a payment gateway with crash points.</summary>
internal sealed class FaultyPaymentGateway(IPaymentGateway inner, FaultInjector faults) : IPaymentGateway
{
    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.Charge, request.OrderId, () => inner.ChargeAsync(request, cancellationToken), NoAnswer);

    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.Refund, request.OrderId, () => inner.RefundAsync(request, cancellationToken), NoAnswer);

    private static PaymentGatewayTimeoutException NoAnswer() => new("Injected fault.");
}

/// <summary>Decorates the sender of notifications with crash points.</summary>
internal sealed class FaultyNotifications(INotifications inner, FaultInjector faults) : INotifications
{
    public Task SendConfirmationAsync(Order order, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.Notify, order.OrderId, () => inner.SendConfirmationAsync(order, cancellationToken), () => new NotificationException("Injected fault."));
}

/// <summary>Decorates a workflow starter with crash points.</summary>
internal sealed class FaultyWorkflowStarter(IWorkflowStarter inner, FaultInjector faults) : IWorkflowStarter
{
    public Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.StartWorkflow, name, () => inner.StartAsync(name, input, cancellationToken), FaultyOrderStore.Unavailable);
}

/// <summary>Decorates the steps of the workflow with crash points.</summary>
internal static class FaultySteps
{
    public static IReadOnlyDictionary<string, WorkflowStep> Around(IReadOnlyDictionary<string, WorkflowStep> steps, FaultInjector faults) => steps.ToDictionary(
        step => step.Key,
        step => (WorkflowStep)((services, request, cancellationToken) => faults.AroundAsync(
            CrashPoints.Step(step.Key), request.OrderId, () => step.Value(services, request, cancellationToken), () => new InvalidOperationException("Injected fault."))),
        StringComparer.Ordinal);
}
