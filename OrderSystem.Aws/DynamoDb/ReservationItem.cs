using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>An order's reservation, as an item of the Inventory table.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="State">The state; null before the item is written.</param>
/// <param name="WhenDone">
/// The state that follows <see cref="ReservationState.Releasing"/>; null before the reservation is released or refused.
/// </param>
/// <param name="Lines">The order's lines.</param>
/// <param name="LinesHeld">The number of lines whose stock is held; these are the first lines of the order.</param>
internal sealed record ReservationItem(string OrderId, ReservationState? State, ReservationState? WhenDone, IReadOnlyList<OrderLine> Lines, int LinesHeld)
{
    public static Dictionary<string, AttributeValue> Key(string orderId) => new() { ["pk"] = Attributes.S($"order#{orderId}") };

    public Dictionary<string, AttributeValue> Write(DateTimeOffset now)
    {
        var item = Key(OrderId);
        item["state"] = Attributes.S(State!.Value.ToString());
        item["linesHeld"] = Attributes.N(LinesHeld);
        item["updatedAt"] = Attributes.Time(now);
        if (WhenDone is { } whenDone)
            item["whenDone"] = Attributes.S(whenDone.ToString());
        item["lines"] = new AttributeValue
        {
            L = [.. Lines.Select(line => new AttributeValue { M = new() { ["sku"] = Attributes.S(line.Sku), ["quantity"] = Attributes.N(line.Quantity) } })],
        };
        return item;
    }

    public static ReservationItem Read(string orderId, Dictionary<string, AttributeValue> item) => new(
        orderId,
        ReadState(item.Text("state")),
        item.OptionalText("whenDone") is { } whenDone ? ReadState(whenDone) : null,
        [.. (item.TryGetValue("lines", out var lines) ? lines.L ?? [] : []).Select(line => new OrderLine(line.M.Text("sku"), (int)line.M.Integer("quantity"), 0))],
        (int)item.Integer("linesHeld"));

    private static ReservationState ReadState(string text) =>
        Enum.TryParse<ReservationState>(text, out var state) ? state : throw Attributes.Unreadable("state", "a reservation's state");
}

/// <summary>The state of a reservation.</summary>
internal enum ReservationState
{
    /// <summary>The stock of some lines is held; the stock of the remaining lines is not reserved yet.</summary>
    Holding,

    /// <summary>The stock of every line is held.</summary>
    Held,

    /// <summary>The held units are being returned to the stock.</summary>
    Releasing,

    /// <summary>The order was released: no stock is held, and later reservations for the order are refused.</summary>
    Released,

    /// <summary>
    /// At least one line requested more than the available stock: no stock is held, and later reservations for the
    /// order are refused.
    /// </summary>
    Refused,
}
