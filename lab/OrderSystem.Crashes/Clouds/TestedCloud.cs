using System.Diagnostics;
using System.Globalization;
using OrderSystem.Crashes.Checks;
using OrderSystem.Crashes.Faults;
using OrderSystem.Crashes.Outside;
using OrderSystem.Crashes.Processes;

namespace OrderSystem.Crashes.Clouds;

/// <summary>A cloud whose real processes are broken: how they are started, and how what they keep is read.</summary>
internal abstract class TestedCloud : IAsyncDisposable
{
    /// <summary>What the processes' longer waits are multiplied by.</summary>
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

    /// <summary>How long is waited for what must come.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>The HTTP API.</summary>
    public OrdersClient Orders { get; }

    /// <summary>The faults to come, and those that struck.</summary>
    public FaultFolder Faults { get; }

    /// <summary>What happens around its processes.</summary>
    public World World => _world;

    /// <summary>Each process.</summary>
    public abstract IReadOnlyList<CloudProcess> Processes { get; }

    /// <summary>Those of ours that keep something on disk.</summary>
    public abstract IReadOnlyList<CloudProcess> Writers { get; }

    /// <summary>The SQLite database that other programs meddle with.</summary>
    public abstract string DatabasePath { get; }

    protected DirectoryInfo Folder { get; }

    /// <summary>What the cloud is made from.</summary>
    protected string TemplatePath { get; }

    /// <summary>Starts every process and waits until they are ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        foreach (var process in Processes)
            process.Start();
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Waits until each process that tells so is ready.</summary>
    /// <exception cref="TimeoutException">One is not, however long one waits; the message says what they said last.</exception>
    public Task ReadyAsync(CancellationToken cancellationToken) => EventuallyAsync(
        async () => await IsReadyAsync(cancellationToken) && await Orders.IsHealthyAsync(cancellationToken),
        () => "Not ready: " + string.Join('\n', Processes.SelectMany(process => _world.Timeline.Last(process.Name, 12))),
        cancellationToken);

    /// <summary>Whether the process that has the database says that it is healthy.</summary>
    public abstract Task<bool> IsStoreHealthyAsync(CancellationToken cancellationToken);

    /// <summary>Changes the definition of the state machine: each process that starts from now on finds another than those before it.</summary>
    public void ChangeDefinition() => PatientTemplate.Change(TemplatePath, ++_definitions);

    /// <summary>Plans faults, besides those planned before.</summary>
    /// <returns>The faults as they are planned, each of an id of its own.</returns>
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

    /// <summary>Lets faults strike no more.</summary>
    public void Withdraw(IEnumerable<PlannedFault> faults)
    {
        lock (_plan)
        {
            _plan.RemoveAll(faults.Contains);
            Faults.Write(_plan);
        }
    }

    /// <summary>Waits until each of a customer's orders has ended or is parked, the bad records are parked, and nothing is under way.</summary>
    /// <returns>What is under way still, however long one waits; null where nothing is.</returns>
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

    /// <summary>Reads everything of a customer's orders.</summary>
    public async Task<Snapshot> ReadAsync(string customerId, IEnumerable<string> skus, CancellationToken cancellationToken)
    {
        var orders = await Orders.ListAsync(customerId, cancellationToken) ?? throw new InvalidOperationException("The orders can't be listed.");
        var payments = new Dictionary<string, StoredPayment>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if (await Orders.PaymentAsync(order.OrderId, cancellationToken) is { } payment)
                payments[order.OrderId] = payment;
        }

        var stock = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var sku in skus)
            stock[sku] = await Orders.StockAsync(sku, cancellationToken) ?? throw new InvalidOperationException($"The stock of {sku} can't be read.");
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

    /// <summary>Puts a record into the stream that no function can take. It is told from orders by a space in its id.</summary>
    public abstract Task PoisonAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Adds to the timeline what the workflow has recorded of an order, where it tells more than its end.</summary>
    public virtual Task TellHistoryAsync(string orderId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Has the stream read once more, where bad records may lie that nobody has told it of.</summary>
    protected virtual Task StirAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every process and deletes what they kept.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Processes.Select(process => process.DisposeAsync().AsTask()));
        await _world.DisposeAsync();
        Orders.Dispose();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What must be there before the processes start.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the processes besides the API are ready.</summary>
    protected virtual Task<bool> IsReadyAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>What is under way besides orders that have not ended; null where nothing is.</summary>
    protected abstract Task<string?> WorkAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>What is held for each order.</summary>
    protected abstract Task<IReadOnlyDictionary<string, IReadOnlyList<Line>>> HeldAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Every execution.</summary>
    protected abstract Task<IReadOnlyList<StoredExecution>> ExecutionsAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Every message of the dead-letter queue.</summary>
    protected abstract Task<IReadOnlyList<ParkedMessage>> ParkedAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>How often the customer was told, by order.</summary>
    protected abstract Task<IReadOnlyDictionary<string, int>> NotifiedAsync(IReadOnlyList<StoredOrder> orders, CancellationToken cancellationToken);

    protected CloudProcess CreateProcess(string name, Func<ProcessStartInfo> command, bool isForeign = false) => new(name, command, _world.Timeline, Faults.Killed, isForeign);

    /// <summary>Whether an order, or a bad record, is of a customer.</summary>
    protected static bool IsOf(string customerId, string orderId) =>
        orderId.StartsWith(customerId, StringComparison.Ordinal) && orderId.Length > customerId.Length && orderId[customerId.Length] is '-' or ' ';

    /// <summary>A program of ours, as the build left it beside this one, with faults around its ports.</summary>
    protected ProcessStartInfo Program(string project, string service, IEnumerable<KeyValuePair<string, string>> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Repository.Assembly($"OrderSystem.{project}"), .. arguments]) { WorkingDirectory = Folder.FullName };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(FaultyHost).Assembly.Location;
        // The limit that makes a disk full holds for shared memory too, where the runtime keeps its code otherwise: it could not even start.
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

    /// <summary>Asks until it is so.</summary>
    /// <exception cref="TimeoutException">It is not, however long one waits.</exception>
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

    /// <summary>Waits before the processes are asked again: longer than the answer took, so that asking does not keep them from their work.</summary>
    /// <param name="asked">When they were asked last, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task PauseAsync(long asked, CancellationToken cancellationToken)
    {
        var pause = Stopwatch.GetElapsedTime(asked) * PausePerAnswer;
        await Task.Delay(pause > ShortestPause ? pause : ShortestPause, TimeProvider.System, cancellationToken);
    }

    /// <summary>What this process was told of telemetry, clouds and addresses is not meant for those it starts.</summary>
    private static bool IsOurs(string variable) =>
        new[] { "OTEL_", "AWS_", "ASPNETCORE_", "OrderSystem" }.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private async Task<string?> MovingAsync(string customerId, IReadOnlyCollection<string> poison, CancellationToken cancellationToken)
    {
        if (await Orders.ListAsync(customerId, cancellationToken) is not { } orders)
            return "the orders can't be listed";
        List<string> open = [.. orders.Where(order => !order.HasEnded).Select(order => order.OrderId), .. poison];
        if (open.Count > 0)
        {
            var parked = (await ParkedAsync(customerId, cancellationToken)).SelectMany(message => message.OrderIds).ToHashSet(StringComparer.Ordinal);
            open.RemoveAll(parked.Contains);
        }

        return open.Count > 0 ? $"{open[0]} has not ended, one of {open.Count}" : await WorkAsync(customerId, cancellationToken);
    }
}
