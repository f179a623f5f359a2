using Npgsql;
using Wolverine;

namespace OrderSystem.Benchmarks.Peers.Wolverine;

public sealed record PlaceOrder(string OrderId, string CustomerId, string Sku, int Quantity, decimal UnitPrice, string PaymentToken);

public sealed record ValidateOrder(string Id);

public sealed record ProcessPayment(string Id);

public sealed record UpdateInventory(string Id);

public sealed record NotifyCustomer(string Id);

public sealed record CompleteOrder(string Id);

public sealed record RefundPayment(string Id);

public sealed record RejectOrder(string Id, string Reason);

/// <summary>
/// The order workflow as a Wolverine saga. Each step is a message in a durable local queue; one transaction contains the
/// saga's new state and the next message. The saga itself performs the steps. Separate handlers would need additional
/// messages between them and the saga. The benchmark is notified of the order's end even before the last transaction is
/// committed, which favours Wolverine.
/// </summary>
public sealed class OrderSaga : Saga
{
    public string Id { get; set; } = "";

    public string Status { get; set; } = "Pending";

    public string? Reason { get; set; }

    public string CustomerId { get; set; } = "";

    public string Sku { get; set; } = "";

    public int Quantity { get; set; }

    public decimal Total { get; set; }

    public string PaymentToken { get; set; } = "";

    public static (OrderSaga Order, ValidateOrder Next) Start(PlaceOrder order) => (
        new OrderSaga { Id = order.OrderId, CustomerId = order.CustomerId, Sku = order.Sku, Quantity = order.Quantity, Total = order.Quantity * order.UnitPrice, PaymentToken = order.PaymentToken },
        new ValidateOrder(order.OrderId));

    public object Handle(ValidateOrder _)
    {
        if (Quantity is < 1 or > 10_000 || Total < 0)
            return new RejectOrder(Id, "invalid");
        Status = "Validated";
        return new ProcessPayment(Id);
    }

    public async Task<object> Handle(ProcessPayment _, NpgsqlDataSource database)
    {
        if (PaymentToken == "tok_declined")
            return new RejectOrder(Id, "payment_declined");
        await using var connection = await database.OpenConnectionAsync();
        await OrderEffects.ChargeAsync(connection, transaction: null, Id, Total);
        Status = "Paid";
        return new UpdateInventory(Id);
    }

    public async Task<object> Handle(UpdateInventory _, NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        if (!await OrderEffects.ReserveAsync(connection, transaction: null, Id, Sku, Quantity))
            return new RefundPayment(Id);
        Status = "Reserved";
        return new NotifyCustomer(Id);
    }

    public async Task<CompleteOrder> Handle(NotifyCustomer _, NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await OrderEffects.NotifyAsync(connection, transaction: null, Id, CustomerId);
        return new CompleteOrder(Id);
    }

    public async Task<RejectOrder> Handle(RefundPayment _, NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await OrderEffects.RefundAsync(connection, transaction: null, Id);
        return new RejectOrder(Id, "insufficient_stock");
    }

    public void Handle(CompleteOrder _, IOrderEnds ends) => ends.Tell(Id, Status = "Completed");

    public void Handle(RejectOrder reject, IOrderEnds ends)
    {
        Reason = reject.Reason;
        ends.Tell(Id, Status = "Rejected");
    }
}

/// <summary>
/// Receives the final status of each order. The interface is public, because Wolverine's generated handlers need access to
/// it.
/// </summary>
public interface IOrderEnds
{
    void Tell(string orderId, string status);
}
