using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Processes;
using OrderSystem.StatesLanguage;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>The embedded cloud: one process and one SQLite file.</summary>
internal sealed class TestedEmbedded : TestedCloud
{
    private readonly CloudProcess _api;
    private readonly string _data;

    public TestedEmbedded(World world, PatientTemplate template)
        : base(world, template)
    {
        _data = Folder.CreateSubdirectory("data").FullName;
        _api = CreateProcess("api", () => ApiProgram([.. CloudEnvironment.Embedded(_data), new("OrderSystem__Template", TemplatePath)]));
    }

    public override IReadOnlyList<CloudProcess> Processes => [_api];

    public override IReadOnlyList<CloudProcess> Writers => [_api];

    public override string DatabasePath => Path.Combine(_data, "orders.db");

    public override Task<bool> IsStoreHealthyAsync(CancellationToken cancellationToken) => Orders.IsHealthyAsync(cancellationToken);

    public override Task PoisonAsync(string orderId, CancellationToken cancellationToken)
    {
        using var connection = Connect(SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO changes (item, event, created, image) VALUES ($1, 'INSERT', $2, $3)";
        command.Parameters.AddWithValue("$1", orderId);
        command.Parameters.AddWithValue("$2", TimeProvider.System.GetUtcNow().UtcTicks);
        command.Parameters.AddWithValue("$3", JsonSerializer.SerializeToUtf8Bytes(new { orderId = new { S = orderId } }));
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Places an order for another customer. The embedded cloud is notified only of changes that its own process writes.
    /// This order makes the embedded cloud read its change log, which also contains the poison records that the test
    /// process wrote.
    /// </summary>
    protected override Task StirAsync(CancellationToken cancellationToken)
    {
        var order = new ClientOrder(Guid.NewGuid().ToString(), "nobody", "tok_ok", [new Line("nothing", 1)]).ToJson();
        return EventuallyAsync(
            async () =>
            {
                using var answer = await Orders.PostAsync(order, cancellationToken);
                return answer is { IsSuccessStatusCode: true };
            },
            () => "The API did not accept the order that makes the process read its change log.",
            cancellationToken);
    }

    protected override Task<string?> WorkAsync(string customerId, CancellationToken cancellationToken)
    {
        var (changes, executions) = Read("SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM executions WHERE status = 0)", row => (row.GetInt64(0), row.GetInt64(1)))[0];
        return Task.FromResult(changes + executions > 0 ? $"{changes} changes are waiting and {executions} executions are running" : null);
    }

    protected override Task<IReadOnlyDictionary<string, IReadOnlyList<Line>>> HeldAsync(string customerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<Line>>>(Read("SELECT id, lines FROM reservations", row => (Id: row.GetString(0), Lines: Lines((byte[])row[1])))
            .Where(reservation => reservation.Lines.Count > 0 && IsOf(customerId, reservation.Id))
            .ToDictionary(reservation => reservation.Id, reservation => reservation.Lines, StringComparer.Ordinal));

    protected override Task<IReadOnlyList<StoredExecution>> ExecutionsAsync(string customerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredExecution>>(
            [.. Read("SELECT name, status FROM executions", row =>
                new StoredExecution(row.GetString(0), ((ExecutionStatus)row.GetInt32(1)).ToString())).Where(execution => IsOf(customerId, execution.Name))]);

    protected override Task<IReadOnlyList<StoredMessage>> ParkedAsync(string customerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredMessage>>(
            [.. Read("SELECT body FROM messages", row => Parked(row.GetString(0)))
            .Where(message => message.OrderIds.Any(orderId => IsOf(customerId, orderId)))]);

    protected override Task<IReadOnlyDictionary<string, int>> NotifiedAsync(IReadOnlyList<StoredOrder> orders, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, int>>(
            Read("SELECT id FROM notifications", row => row.GetString(0)).CountBy(orderId => orderId, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal));

    private static IReadOnlyList<Line> Lines(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(line => new Line(line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetInt32()))];
    }

    private static StoredMessage Parked(string body)
    {
        using var message = JsonDocument.Parse(body);
        if (!message.RootElement.TryGetProperty("DDBStreamBatchInfo", out _))
            return new StoredMessage([message.RootElement.GetProperty("orderId").GetString()!], IsStreamRecord: false, body) { Execution = message.RootElement.GetProperty("execution").GetString() };
        if (!message.RootElement.TryGetProperty("payload", out var payload))
            return new StoredMessage([], IsStreamRecord: true, body);
        using var batch = JsonDocument.Parse(payload.GetString()!);
        return new StoredMessage([.. batch.RootElement.GetProperty("Records").EnumerateArray().Select(OrderId)], IsStreamRecord: true, body);
    }

    private static string OrderId(JsonElement record) => record.GetProperty("dynamodb").GetProperty("Keys").GetProperty("orderId").GetProperty("S").GetString()!;

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = Connect(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }
}
