using System.Diagnostics;
using System.Globalization;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Outside;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>A cloud under test: starts its real processes and reads their stores.</summary>
internal abstract class TestedCloud : IAsyncDisposable
{
    /// <summary>The factor by which the processes' waits of at least 200 ms are multiplied.</summary>
    public const double TimeScale = 0.2;

    private const int PausePerAnswer = 8;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    private readonly World _world;
    private readonly List<PlannedFault> _plan = [];
    private int _faults;
    private int _definitions;

    protected TestedCloud(World world, PatientTemplate template)
    {
        _world = world;
        Orders = new OrdersClient(FreePort.Next());
        Folder = Directory.CreateTempSubdirectory("order-system-");
        TemplatePath = template.Write(Folder);
        Faults = new FaultFolder(Folder.CreateSubdirectory("faults").FullName);
    }

    /// <summary>The maximum time to wait for an expected condition.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>The client of the HTTP API.</summary>
    public OrdersClient Orders { get; }

    /// <summary>The folder with the planned faults, and with the record of the faults that struck.</summary>
    public FaultFolder Faults { get; }

    /// <summary>The payment gateway, the telemetry receiver and the timeline, which outlive the tested processes.</summary>
    public World World => _world;

    /// <summary>All processes of the cloud.</summary>
    public abstract IReadOnlyList<CloudProcess> Processes { get; }

    /// <summary>The processes of this repository's programs that store data on disk.</summary>
    public abstract IReadOnlyList<CloudProcess> Writers { get; }

    /// <summary>The path of the SQLite database whose files the disturbances move, delete, replace or lock.</summary>
    public abstract string DatabasePath { get; }

    protected DirectoryInfo Folder { get; }

    /// <summary>The path of the cloud's template.</summary>
    protected string TemplatePath { get; }

    /// <summary>Starts all processes and waits until they are ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        foreach (var process in Processes)
            process.Start();
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Waits until all processes with a health check are ready.</summary>
    /// <exception cref="TimeoutException">A process did not become ready in time; the message contains the last output of
    /// the processes.</exception>
    public Task ReadyAsync(CancellationToken cancellationToken) => EventuallyAsync(
        async () => await IsReadyAsync(cancellationToken) && await Orders.IsHealthyAsync(cancellationToken),
        () => "The cloud did not become ready in time. Last output of its processes: " + string.Join('\n', Processes.SelectMany(process => _world.Timeline.Last(process.Name, 12))),
        cancellationToken);

    /// <summary>
    /// Whether the process that uses the database at <see cref="DatabasePath"/> reports itself healthy.
    /// </summary>
    public abstract Task<bool> IsStoreHealthyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes the state machine's definition. Only processes that start after the change read the new definition.
    /// </summary>
    public void ChangeDefinition() => PatientTemplate.Change(TemplatePath, ++_definitions);

    /// <summary>Adds faults to the plan.</summary>
    /// <returns>The planned faults, each with a unique id.</returns>
    public IReadOnlyList<PlannedFault> Plan(IEnumerable<PlannedFault> faults)
    {
        lock (_plan)
        {
            List<PlannedFault> planned = [.. faults.Select(fault => fault with { Id = ++_faults })];
            _plan.AddRange(planned);
            Faults.Write(_plan);
            return planned;
        }
    }

    /// <summary>Removes faults from the plan.</summary>
    public void Withdraw(IEnumerable<PlannedFault> faults)
    {
        lock (_plan)
        {
            _plan.RemoveAll(faults.Contains);
            Faults.Write(_plan);
        }
    }

    /// <summary>
    /// Waits until a customer's orders have ended or are parked, the poison records are parked, and no other work is in
    /// progress.
    /// </summary>
    /// <returns>The work that is still in progress after the maximum wait; null if all work has ended.</returns>
    public async Task<string?> QuietAsync(string customerId, IReadOnlyCollection<string> poison, CancellationToken cancellationToken)
    {
        string? moving = null;
        try
        {
            await StirAsync(cancellationToken);
            await EventuallyAsync(async () => (moving = await MovingAsync(customerId, poison, cancellationToken)) is null, () => moving ?? "", cancellationToken);
            return null;
        }
        catch (TimeoutException e)
        {
            return moving ?? e.Message;
        }
    }

    /// <summary>Reads everything that the stores contain about a customer's orders.</summary>
    public async Task<Snapshot> ReadAsync(string customerId, IEnumerable<string> skus, CancellationToken cancellationToken)
    {
        var orders = await Orders.ListAsync(customerId, cancellationToken) ?? throw new InvalidOperationException("The orders could not be listed.");
        var payments = new Dictionary<string, StoredPayment>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if (await Orders.PaymentAsync(order.OrderId, cancellationToken) is { } payment)
                payments[order.OrderId] = payment;
        }

        var stock = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var sku in skus)
            stock[sku] = await Orders.StockAsync(sku, cancellationToken) ?? throw new InvalidOperationException($"The stock of {sku} could not be read.");
        return new Snapshot
        {
            Orders = orders.ToDictionary(order => order.OrderId, StringComparer.Ordinal),
            Payments = payments,
            Stock = stock,
            Held = await HeldAsync(customerId, cancellationToken),
            Executions = await ExecutionsAsync(customerId, cancellationToken),
            Parked = await ParkedAsync(customerId, cancellationToken),
            Notified = await NotifiedAsync(orders, cancellationToken),
        };
    }

    /// <summary>
    /// Writes a poison record, which no function can process, to the stream. The record's id contains a space, which
    /// distinguishes the record from orders.
    /// </summary>
    public abstract Task PoisonAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the history of an order's execution to the timeline. Does nothing if the cloud's executions cannot be read
    /// through an API.
    /// </summary>
    public virtual Task TellHistoryAsync(string orderId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Makes the cloud read its stream, so that it finds poison records that the test process wrote directly to the
    /// store.
    /// </summary>
    protected virtual Task StirAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Kills all processes and deletes their data.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Processes.Select(process => process.DisposeAsync().AsTask()));
        await _world.DisposeAsync();
        Orders.Dispose();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Prepares what the processes need before they start.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the processes other than the API are ready.</summary>
    protected virtual Task<bool> IsReadyAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>
    /// Describes the work in progress other than open orders, such as running executions; null if no work is in progress.
    /// </summary>
    protected abstract Task<string?> WorkAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Reads the order lines for which stock is reserved, by order.</summary>
    protected abstract Task<IReadOnlyDictionary<string, IReadOnlyList<Line>>> HeldAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Reads all executions of a customer's orders.</summary>
    protected abstract Task<IReadOnlyList<StoredExecution>> ExecutionsAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Reads a customer's messages in the dead-letter queue.</summary>
    protected abstract Task<IReadOnlyList<StoredMessage>> ParkedAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Reads the number of notifications sent, by order.</summary>
    protected abstract Task<IReadOnlyDictionary<string, int>> NotifiedAsync(IReadOnlyList<StoredOrder> orders, CancellationToken cancellationToken);

    protected CloudProcess CreateProcess(string name, Func<ProcessStartInfo> command, bool isForeign = false) => new(name, command, _world.Timeline, Faults.Killed, isForeign);

    /// <summary>Whether an order or a poison record belongs to a customer.</summary>
    protected static bool IsOf(string customerId, string orderId) =>
        orderId.StartsWith(customerId, StringComparison.Ordinal) && orderId.Length > customerId.Length && orderId[customerId.Length] is '-' or ' ';

    /// <summary>
    /// Creates the <see cref="ProcessStartInfo"/> for a program in this repository. Faults can be injected into the program's
    /// calls to databases and external services.
    /// </summary>
    protected ProcessStartInfo Program(string project, string service, IEnumerable<KeyValuePair<string, string>> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Repository.Assembly($"OrderSystem.{project}"), .. arguments]) { WorkingDirectory = Folder.FullName };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(FaultyHost).Assembly.Location;
        // A full disk is simulated by a limit on file sizes. If write-xor-execute is enabled, .NET keeps compiled code in shared
        // memory, to which the limit applies too, and so fails to start.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment[FaultFolder.Variable] = Faults.FolderPath;
        start.Environment[HurriedTimeProvider.Variable] = TimeScale.ToString(CultureInfo.InvariantCulture);
        start.Environment[RemotePaymentGateway.Variable] = _world.Gateway.Address.ToString();
        start.Environment["OTEL_SERVICE_NAME"] = service;
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = _world.Telemetry.Address.ToString();
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "500";
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    protected ProcessStartInfo ApiProgram(IEnumerable<KeyValuePair<string, string>> environment) =>
        Program("Api", "api", environment.Append(new("ASPNETCORE_URLS", Orders.Address.ToString())));

    /// <summary>Polls until a condition is true.</summary>
    /// <exception cref="TimeoutException">The condition did not become true within <see cref="Patience"/>.</exception>
    public static async Task EventuallyAsync(Func<Task<bool>> isSo, Func<string> complaint, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        for (var asked = start; !await isSo(); asked = Stopwatch.GetTimestamp())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException(complaint());
            await PauseAsync(asked, cancellationToken);
        }
    }

    /// <summary>
    /// Pauses between two polls for several times as long as the last poll took, so that polling does not slow the
    /// processes down.
    /// </summary>
    /// <param name="asked">The start of the last poll, as a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">Cancels the pause.</param>
    public static async Task PauseAsync(long asked, CancellationToken cancellationToken)
    {
        var pause = Stopwatch.GetElapsedTime(asked) * PausePerAnswer;
        await Task.Delay(pause > ShortestPause ? pause : ShortestPause, TimeProvider.System, cancellationToken);
    }

    /// <summary>
    /// Whether an environment variable is meant only for the test process. The tested programs must not inherit such a
    /// variable.
    /// </summary>
    private static bool IsOurs(string variable) =>
        new[] { "OTEL_", "AWS_", "ASPNETCORE_", "OrderSystem" }.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private async Task<string?> MovingAsync(string customerId, IReadOnlyCollection<string> poison, CancellationToken cancellationToken)
    {
        if (await Orders.ListAsync(customerId, cancellationToken) is not { } orders)
            return "the orders could not be listed";
        List<string> open = [.. orders.Where(order => !order.HasEnded).Select(order => order.OrderId), .. poison];
        if (open.Count > 0)
        {
            var parked = (await ParkedAsync(customerId, cancellationToken)).SelectMany(message => message.OrderIds).ToHashSet(StringComparer.Ordinal);
            open.RemoveAll(parked.Contains);
        }

        return open.Count > 0 ? $"{open[0]} has not ended; it is one of {open.Count} open orders and poison records" : await WorkAsync(customerId, cancellationToken);
    }
}
