using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>An order as an item of the Orders table.</summary>
internal static class OrderItem
{
    /// <summary>The attribute with the payment token of an order placed before the PaymentTokens table existed.</summary>
    public const string Token = "paymentToken";

    public static Dictionary<string, AttributeValue> Write(Order order)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            ["orderId"] = Attributes.S(order.OrderId),
            ["customerId"] = Attributes.S(order.CustomerId),
            ["currency"] = Attributes.S(order.Currency),
            ["total"] = Attributes.N(order.Total),
            ["status"] = Attributes.S(order.Status.ToString()),
            [StatusShards.Attribute] = Attributes.S(StatusShards.Key(order.Status, order.OrderId)),
            ["createdAt"] = Attributes.Time(order.CreatedAt),
            ["updatedAt"] = Attributes.Time(order.UpdatedAt),
            ["version"] = Attributes.N(order.Version),
            ["lines"] = new()
            {
                L =
                [
                    .. order.Lines.Select(line => new AttributeValue
                    {
                        M = new()
                        {
                            ["sku"] = Attributes.S(line.Sku),
                            ["quantity"] = Attributes.N(line.Quantity),
                            ["unitPrice"] = Attributes.N(line.UnitPrice),
                        },
                    }),
                ],
            },
        };
        if (order.PaymentFingerprint is not null)
            item["paymentFingerprint"] = Attributes.S(order.PaymentFingerprint);
        if (order.Reason is { } reason)
            item["reason"] = Attributes.S(reason.Name());
        if (order.Refunded)
            item["refunded"] = new AttributeValue { BOOL = true };
        if (order.NotifiedAt is { } notifiedAt)
            item["notifiedAt"] = Attributes.Time(notifiedAt);
        if (order.TraceParent is not null)
            item["traceparent"] = Attributes.S(order.TraceParent);
        if (!string.IsNullOrEmpty(order.TraceState))
            item["tracestate"] = Attributes.S(order.TraceState);
        return item;
    }

    /// <exception cref="FormatException">An attribute is missing or has the wrong type.</exception>
    public static Order Read(Dictionary<string, AttributeValue> item)
    {
        var currency = item.Text("currency");
        return new Order
        {
            OrderId = item.Text("orderId"),
            CustomerId = item.Text("customerId"),
            Currency = currency,
            PaymentFingerprint = item.OptionalText("paymentFingerprint")
                ?? (item.OptionalText(Token) is { } secret ? new PaymentToken(secret).Fingerprint(item.Text("orderId")) : null),
            Total = Currency.Scale(item.Amount("total"), currency),
            Status = Enum.TryParse<OrderStatus>(item.Text("status"), out var status) ? status : throw Attributes.Unreadable("status", "a status"),
            CreatedAt = item.Time("createdAt"),
            UpdatedAt = item.Time("updatedAt"),
            Version = item.Integer("version"),
            Lines = item.TryGetValue("lines", out var lines) && lines.L is { } list
                ? [.. list.Select(line => ReadLine(line, currency))]
                : throw Attributes.Unreadable("lines", "a list"),
            Reason = RejectionReasons.ParseOptional(item.OptionalText("reason")),
            Refunded = item.TryGetValue("refunded", out var refunded) && refunded.BOOL == true,
            NotifiedAt = item.OptionalTime("notifiedAt"),
            TraceParent = item.OptionalText("traceparent"),
            TraceState = item.OptionalText("tracestate"),
        };
    }

    private static OrderLine ReadLine(AttributeValue value, string currency)
    {
        var line = value.M ?? throw Attributes.Unreadable("lines", "a list of maps");
        var quantity = line.Integer("quantity");
        return quantity is >= int.MinValue and <= int.MaxValue
            ? new OrderLine(line.Text("sku"), (int)quantity, Currency.Scale(line.Amount("unitPrice"), currency))
            : throw Attributes.Unreadable("quantity", "a number of units");
    }
}
