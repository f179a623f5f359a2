using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>Stock in SQLite. All lines of an order are reserved in one transaction.</summary>
public sealed class SqliteInventory(EmbeddedDatabase database, TimeProvider time) : IInventory
{
    private static readonly byte[] NoLines = "[]"u8.ToArray();

    /// <inheritdoc />
    public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(session =>
            session.First("SELECT available, updated FROM stock WHERE sku = ?1", row => new StockLevel(sku, row.GetInt32(0), row.Time(1)), sku)));
    }

    /// <inheritdoc />
    public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken)
    {
        if (available < 0)
            return Task.FromException<StockLevel>(new ArgumentOutOfRangeException(nameof(available), available, "Stock can't be negative. Set 0 or more."));
        var now = time.GetUtcNow();
        return database.WriteOrRefuseAsync(session =>
        {
            session.Execute("INSERT INTO stock (sku, available, updated) VALUES (?1, ?2, ?3) ON CONFLICT (sku) DO UPDATE SET available = ?2, updated = ?3", sku, available, now.UtcTicks);
            return new StockLevel(sku, available, now);
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken)
    {
        var held = JsonSerializer.SerializeToUtf8Bytes(lines.Select(line => new HeldLine(line.Sku, line.Quantity)).ToArray(), ReservationJson.Default.HeldLineArray);
        return database.WriteAsync(session =>
        {
            var isShort = lines.GroupBy(line => line.Sku, StringComparer.Ordinal).Any(sku => Available(session, sku.Key) < sku.Sum(line => (long)line.Quantity));
            var outcome = isShort ? Reservation.InsufficientStock : Reservation.Held;
            if (session.Execute("INSERT INTO reservations (id, state, lines) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING", orderId, (int)outcome, isShort ? NoLines : held) == 0)
                return Find(session, orderId)!.Value;
            if (!isShort)
            {
                foreach (var line in lines)
                    Add(session, line.Sku, -line.Quantity);
            }

            return outcome;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => database.WriteAsync(session =>
    {
        var decided = Find(session, orderId);
        if (decided is null)
            session.Execute("INSERT INTO reservations (id, state, lines) VALUES (?1, ?2, ?3)", orderId, (int)Reservation.Released, NoLines);
        if (decided is not Reservation.Held)
            return false;
        var lines = session.First("SELECT lines FROM reservations WHERE id = ?1", row => JsonSerializer.Deserialize(row.GetBytes(0), ReservationJson.Default.HeldLineArray)!, orderId) ?? [];
        foreach (var line in lines)
            Add(session, line.Sku, line.Quantity);
        session.Execute("UPDATE reservations SET state = ?2, lines = ?3 WHERE id = ?1", orderId, (int)Reservation.Released, NoLines);
        return true;
    }, cancellationToken);

    private static Reservation? Find(Session session, string orderId) =>
        session.First("SELECT state FROM reservations WHERE id = ?1", row => (Reservation?)row.GetInt32(0), orderId);

    private static long Available(Session session, string sku) => session.First("SELECT available FROM stock WHERE sku = ?1", row => row.GetInt64(0), sku);

    private void Add(Session session, string sku, int change) =>
        session.Execute("UPDATE stock SET available = available + ?2, updated = ?3 WHERE sku = ?1", sku, change, time.GetUtcNow().UtcTicks);
}

/// <summary>A reserved line, as stored with the reservation.</summary>
internal sealed record HeldLine(string Sku, int Quantity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HeldLine[]))]
internal sealed partial class ReservationJson : JsonSerializerContext;
