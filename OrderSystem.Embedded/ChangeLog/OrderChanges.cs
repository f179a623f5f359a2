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
/// Writes changed orders to the change log, in the format of DynamoDB Streams without <c>OldImage</c>. A change is not
/// written if every mapping filters out its event type.
/// </summary>
/// <param name="time">Provides the records' creation times.</param>
/// <param name="filters">The filter of each mapping; if null, every change is written.</param>
public sealed class OrderChanges(TimeProvider time, IReadOnlyList<FilterCriteria>? filters = null)
{
    // Timestamps have a fixed width, as in the items of the Orders table.
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private readonly bool _wantsInserts = IsWanted(filters, "INSERT");
    private readonly bool _wantsModifications = IsWanted(filters, "MODIFY");
    private readonly ConcurrentBag<Channel<bool>> _watchers = [];
    private long _waiting;

    /// <summary>The number of records in the change log that the mappings have not processed yet.</summary>
    internal long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Creates a signal for new records. Signals that the reader has not read yet are merged into one.</summary>
    internal ChannelReader<bool> Watch()
    {
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        _watchers.Add(signal);
        return signal.Reader;
    }

    /// <summary>Writes a record in the current transaction, and signals the readers after the commit.</summary>
    internal void Write(Session session, OrderChange change)
    {
        change.Write(session);
        session.AtEnd(Announce);
    }

    /// <summary>Creates the record of a new order; null if every mapping filters out <c>INSERT</c> events.</summary>
    internal OrderChange? Inserted(Order order) => _wantsInserts ? Change(order, "INSERT") : null;

    /// <summary>Creates the record of a changed order; null if every mapping filters out <c>MODIFY</c> events.</summary>
    internal OrderChange? Modified(Order order) => _wantsModifications ? Change(order, "MODIFY") : null;

    private static bool IsWanted(IReadOnlyList<FilterCriteria>? filters, string eventName) =>
        filters is null || filters.Any(filter => filter.MayMatch("eventName", eventName));

    /// <summary>Adds to <see cref="Waiting"/> the number of records that were waiting when the process started.</summary>
    internal void Found(long records) => Interlocked.Add(ref _waiting, records);

    /// <summary>Subtracts from <see cref="Waiting"/> the number of records that were processed and deleted.</summary>
    internal void DealtWith(int records) => Interlocked.Add(ref _waiting, -records);

    /// <summary>Wakes the readers, so that they find records whose signal was missed.</summary>
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
        Text("reason", order.Reason?.Name());
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
