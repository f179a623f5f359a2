using DotNetCore.CAP;
using Npgsql;

namespace OrderSystem.Benchmarks.Peers.Cap;

/// <summary>The message that each step of the order workflow receives.</summary>
internal sealed record CapOrder(string OrderId, string CustomerId, string Sku, int Quantity, decimal UnitPrice, string PaymentToken, string? Reason = null);

/// <summary>
/// The order workflow as a chain of CAP messages. Each step writes its effect, the order's status and the next message
/// in one transaction. The benchmark is notified that the order has finished only after the last transaction is committed.
/// </summary>
internal sealed class OrderSteps(NpgsqlDataSource database, ICapPublisher publisher, OrderEnds ends) : ICapSubscribe
{
    public const string Validate = "orders.validate", Charge = "orders.charge", Reserve = "orders.reserve", Notify = "orders.notify",
        Complete = "orders.complete", Refund = "orders.refund", Reject = "orders.reject";

    [CapSubscribe(Validate)]
    public Task ValidateAsync(CapOrder order) => order is { Quantity: < 1 or > 10_000 } or { UnitPrice: < 0 }
        ? StepAsync(order with { Reason = "invalid" }, status: null, Reject)
        : StepAsync(order, "Validated", Charge);

    [CapSubscribe(Charge)]
    public Task ChargeAsync(CapOrder order) => order.PaymentToken == "tok_declined"
        ? StepAsync(order with { Reason = "payment_declined" }, status: null, Reject)
        : StepAsync(order, "Paid", Reserve, connection => OrderEffects.ChargeAsync(connection, null, order.OrderId, order.Quantity * order.UnitPrice));

    [CapSubscribe(Reserve)]
    public async Task ReserveAsync(CapOrder order)
    {
        var isHeld = true;
        await StepAsync(order, "Reserved", Notify, async connection => isHeld = await OrderEffects.ReserveAsync(connection, null, order.OrderId, order.Sku, order.Quantity), () => isHeld);
        if (!isHeld)
            await StepAsync(order with { Reason = "insufficient_stock" }, status: null, Refund);
    }

    [CapSubscribe(Notify)]
    public Task NotifyAsync(CapOrder order) => StepAsync(order, status: null, Complete, connection => OrderEffects.NotifyAsync(connection, null, order.OrderId, order.CustomerId));

    [CapSubscribe(Refund)]
    public Task RefundAsync(CapOrder order) => StepAsync(order, status: null, Reject, connection => OrderEffects.RefundAsync(connection, null, order.OrderId));

    [CapSubscribe(Complete)]
    public Task CompleteAsync(CapOrder order) => EndAsync(order, "Completed");

    [CapSubscribe(Reject)]
    public Task RejectAsync(CapOrder order) => EndAsync(order, "Rejected");

    private async Task StepAsync(CapOrder order, string? status, string next, Func<NpgsqlConnection, Task>? effect = null, Func<bool>? goesOn = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        using var transaction = await connection.BeginTransactionAsync(publisher, autoCommit: false);
        if (effect is not null)
            await effect(connection);
        if (goesOn?.Invoke() == false)
            return;
        if (status is not null)
            await OrderEffects.ExecuteAsync(connection, null, "UPDATE orders SET status = $2 WHERE id = $1", order.OrderId, status);
        await publisher.PublishAsync(next, order);
        await transaction.CommitAsync();
    }

    private async Task EndAsync(CapOrder order, string status)
    {
        await using var connection = await database.OpenConnectionAsync();
        await OrderEffects.ExecuteAsync(connection, null, "UPDATE orders SET status = $2, reason = $3 WHERE id = $1", order.OrderId, status, (object?)order.Reason ?? DBNull.Value);
        ends.Tell(order.OrderId, status);
    }
}
