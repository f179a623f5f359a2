using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using OrderSystem.Core.Orders;
using OrderSystem.EventSources.Filters;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.ChangeLog;

/// <summary>
/// Makes the records of changed orders, in the form that DynamoDB Streams gives them; without <c>OldImage</c>. Events of a
/// kind that no mapping's filter lets through are not written at all.
/// </summary>
/// <param name="time">Dates the records.</param>
/// <param name="filters">The filter of each mapping; none keeps every record.</param>
public sealed class OrderChanges(TimeProvider time, IReadOnlyList<FilterCriteria>? filters = null)
{
    // Of one width, as the items of the Orders table have it.
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private readonly bool _wantsInserts = IsWanted(filters, "INSERT");
    private readonly bool _wantsModifications = IsWanted(filters, "MODIFY");
    private readonly ConcurrentBag<Channel<bool>> _watchers = [];
    private long _waiting;

    /// <summary>Records that no mapping has dealt with yet.</summary>
    internal long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>A signal after new records; one that nobody has taken yet stands for those that follow.</summary>
    internal ChannelReader<bool> Watch()
    {
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        _watchers.Add(signal);
        return signal.Reader;
    }

    /// <summary>Puts a record into the log, in the transaction of the change, and announces it once it is on disk.</summary>
    internal void Write(Session session, OrderChange change)
    {
        change.Write(session);
        session.AtEnd(Announce);
    }

    /// <summary>The record of a new order; null where nobody wants it.</summary>
    internal OrderChange? Inserted(Order order) => _wantsInserts ? Change(order, "INSERT") : null;

    /// <summary>The record of a changed order; null where nobody wants it.</summary>
    internal OrderChange? Modified(Order order) => _wantsModifications ? Change(order, "MODIFY") : null;

    private static bool IsWanted(IReadOnlyList<FilterCriteria>? filters, string eventName) =>
        filters is null || filters.Any(filter => filter.MayMatch("eventName", eventName));

    /// <summary>Counts the records that were waiting when the process began.</summary>
    internal void Found(long records) => Interlocked.Add(ref _waiting, records);

    /// <summary>Says that records are dealt with and gone.</summary>
    internal void DealtWith(int records) => Interlocked.Add(ref _waiting, -records);

    /// <summary>Has the log read once more: records may be in it that nobody announced.</summary>
    internal void Signal()
    {
        foreach (var signal in _watchers)
            signal.Writer.TryWrite(true);
    }

    private void Announce(Exception? failure)
    {
        if (failure is not null)
            return;
        Interlocked.Increment(ref _waiting);
        Signal();
    }

    private OrderChange Change(Order order, string eventName) => new(order.OrderId, eventName, time.GetUtcNow(), Image(order));

    private static byte[] Image(Order order)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        Text("orderId", order.OrderId);
        Text("customerId", order.CustomerId);
        Text("currency", order.Currency);
        Text("paymentFingerprint", order.PaymentFingerprint);
        Number("total", order.Total);
        Text("status", order.Status.ToString());
        Text("createdAt", order.CreatedAt.UtcDateTime.ToString(Timestamp, CultureInfo.InvariantCulture));
        Text("updatedAt", order.UpdatedAt.UtcDateTime.ToString(Timestamp, CultureInfo.InvariantCulture));
        Number("version", order.Version);
        writer.WriteStartObject("lines");
        writer.WriteStartArray("L");
        foreach (var line in order.Lines)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("M");
            Text("sku", line.Sku);
            Number("quantity", line.Quantity);
            Number("unitPrice", line.UnitPrice);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        Text("reason", order.Reason);
        Text("notifiedAt", order.NotifiedAt?.UtcDateTime.ToString(Timestamp, CultureInfo.InvariantCulture));
        Text("traceparent", order.TraceParent);
        Text("tracestate", order.TraceState);
        if (order.Refunded)
        {
            writer.WriteStartObject("refunded");
            writer.WriteBoolean("BOOL", true);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();

        void Text(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                Attribute(name, "S", value);
        }

        void Number(string name, decimal value) => Attribute(name, "N", value.ToString(CultureInfo.InvariantCulture));

        void Attribute(string name, string type, string value)
        {
            writer.WriteStartObject(name);
            writer.WriteString(type, value);
            writer.WriteEndObject();
        }
    }
}
