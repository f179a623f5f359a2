using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>The order workflow's steps on given ports, run as the state machine runs them: retries, refusals, compensation.</summary>
internal sealed class OrderWorkflowModel
{
    private const int ForwardTries = 4;
    private const int CompensationTries = 200;

    private readonly Func<Task> _betweenTries;
    private readonly ValidateOrder _validate;
    private readonly ProcessPayment _pay;
    private readonly UpdateInventory _reserve;
    private readonly NotifyCustomer _notify;
    private readonly CompleteOrder _complete;
    private readonly ReleaseInventory _release;
    private readonly RefundPayment _refund;
    private readonly RejectOrder _reject;

    public OrderWorkflowModel(IOrderStore orders, IInventory inventory, IPaymentLedger ledger, IPaymentGateway gateway, INotifications notifications, Func<Task>? betweenTries = null)
    {
        _betweenTries = betweenTries ?? (() => Task.CompletedTask);
        var transitions = new OrderTransitions(orders, new FakeTimeProvider(Sample.Noon), NullLogger<OrderTransitions>.Instance);
        _validate = new(transitions, NullLogger<ValidateOrder>.Instance);
        _pay = new(transitions, ledger, gateway, NullLogger<ProcessPayment>.Instance);
        _reserve = new(transitions, inventory);
        _notify = new(transitions, notifications);
        _complete = new(transitions);
        _release = new(inventory);
        _refund = new(ledger, gateway);
        _reject = new(transitions, ledger);
    }

    /// <summary>Steps that were given up and have not ended.</summary>
    public List<Task> GivenUp { get; } = [];

    public async Task RunAsync(string orderId)
    {
        var request = new StepRequest(orderId);
        if (await TryAsync(() => _validate.HandleAsync(request, default)) is not { } validated)
            await UndoAsync(request);
        else if (validated.Outcome != "Succeeded")
            await RejectAsync(request, validated.Reason);
        else if (await TryAsync(() => _pay.HandleAsync(request, default)) is not { } paid)
            await UndoAsync(request);
        else if (paid.Outcome != "Succeeded")
            await RejectAsync(request, paid.Reason);
        else if (await TryAsync(() => _reserve.HandleAsync(request, default)) is not { } reserved)
            await UndoAsync(request);
        else if (reserved.Outcome != "Succeeded")
        {
            await MustAsync(() => _refund.HandleAsync(request, default));
            await RejectAsync(request, reserved.Reason);
        }
        else
        {
            await TryAsync(() => _notify.HandleAsync(request, default));
            await MustAsync(() => _complete.HandleAsync(request, default));
        }
    }

    private async Task UndoAsync(StepRequest request)
    {
        await MustAsync(() => _release.HandleAsync(request, default));
        await MustAsync(() => _refund.HandleAsync(request, default));
        await RejectAsync(request, RejectionReason.ProcessingFailed);
    }

    private Task RejectAsync(StepRequest request, string? reason) => MustAsync(() => _reject.HandleAsync(request with { Reason = reason }, default));

    private async Task MustAsync(Func<Task<StepResult>> step) =>
        Assert.True(await TryAsync(step, CompensationTries) is not null, "A step that must succeed never did: the order would be parked.");

    private async Task<StepResult?> TryAsync(Func<Task<StepResult>> step, int tries = ForwardTries)
    {
        for (var attempt = 0; attempt < tries; attempt++)
        {
            await _betweenTries();
            var running = step();
            if (running.IsCompletedSuccessfully)
                return await running;
            // Not ended by now means hanging: the state machine's timeout.
            if (!running.IsCompleted)
                GivenUp.Add(running);
        }

        return null;
    }
}
