using Npgsql;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>
/// Writes the effects of an order's steps to PostgreSQL. Each effect is idempotent. If the caller passes no transaction,
/// the effect is part of the transaction that is open on the connection. If no transaction is open, the effect is
/// committed immediately.
/// </summary>
internal static class OrderEffects
{
    public const string Sku = "A1";

    public static async Task CreateTablesAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"""
            CREATE TABLE orders (id text PRIMARY KEY, status text NOT NULL, reason text, document text NOT NULL);
            CREATE TABLE payments (id text PRIMARY KEY, amount numeric NOT NULL, reference text NOT NULL, refunded boolean NOT NULL DEFAULT false);
            CREATE TABLE stock (sku text PRIMARY KEY, available integer NOT NULL CHECK (available >= 0));
            CREATE TABLE reservations (id text PRIMARY KEY, sku text NOT NULL, quantity integer NOT NULL);
            CREATE TABLE notifications (id text PRIMARY KEY, customer text NOT NULL);
            INSERT INTO stock VALUES ('{Sku}', 2000000000);
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static Task ChargeAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string orderId, decimal amount) => ExecuteAsync(
        connection, transaction, "INSERT INTO payments (id, amount, reference) VALUES ($1, $2, 'ch_' || $1) ON CONFLICT (id) DO NOTHING", orderId, amount);

    public static Task RefundAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string orderId) => ExecuteAsync(
        connection, transaction, "UPDATE payments SET refunded = true WHERE id = $1", orderId);

    /// <summary>Reserves stock for an order; false if there is not enough stock.</summary>
    public static async Task<bool> ReserveAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string orderId, string sku, int quantity) => await ExecuteAsync(
        connection,
        transaction,
        """
        WITH held AS (INSERT INTO reservations SELECT $1, sku, $3 FROM stock WHERE sku = $2 AND available >= $3 ON CONFLICT (id) DO NOTHING RETURNING sku),
             taken AS (UPDATE stock SET available = available - $3 FROM held WHERE stock.sku = held.sku)
        SELECT 1 FROM held UNION ALL SELECT 1 FROM reservations WHERE id = $1
        """,
        orderId,
        sku,
        quantity) is not null;

    public static Task NotifyAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string orderId, string customerId) => ExecuteAsync(
        connection, transaction, "INSERT INTO notifications VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", orderId, customerId);

    public static async Task<object?> ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
