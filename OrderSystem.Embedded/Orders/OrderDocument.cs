using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Core.Orders;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>The part of an order that never changes, as stored in the column <c>document</c>.</summary>
internal sealed record OrderDocument(string Currency, decimal Total, IReadOnlyList<OrderLine> Lines, string? TraceParent, string? TraceState, string? PaymentFingerprint)
{
    /// <summary>The payment token of an order placed before the table <c>payment_tokens</c> existed.</summary>
    public string? PaymentToken { get; init; }

    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = "id, customer, status, created, updated, version, reason, refunded, notified, document";

    public static byte[] Write(Order order) => JsonSerializer.SerializeToUtf8Bytes(
        new OrderDocument(order.Currency, order.Total, order.Lines, order.TraceParent, order.TraceState, order.PaymentFingerprint),
        DocumentJson.Default.OrderDocument);

    public static OrderDocument Parse(ReadOnlySpan<byte> document) => JsonSerializer.Deserialize(document, DocumentJson.Default.OrderDocument)!;

    public static Order Read(Row row)
    {
        var document = Parse(row.GetBytes(9));
        return new Order
        {
            OrderId = row.GetString(0),
            CustomerId = row.GetString(1),
            Status = (OrderStatus)row.GetInt32(2),
            CreatedAt = row.Time(3),
            UpdatedAt = row.Time(4),
            Version = row.GetInt64(5),
            Reason = RejectionReasons.ParseOptional(row.OptionalText(6)),
            Refunded = row.GetBoolean(7),
            NotifiedAt = row.OptionalTime(8),
            Currency = document.Currency,
            PaymentFingerprint = document.PaymentFingerprint ?? (document.PaymentToken is { } token ? new PaymentToken(token).Fingerprint(row.GetString(0)) : null),
            Total = document.Total,
            Lines = document.Lines,
            TraceParent = document.TraceParent,
            TraceState = document.TraceState,
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext;
