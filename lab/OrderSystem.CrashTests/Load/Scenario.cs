using OrderSystem.CrashTests.Faults;

namespace OrderSystem.CrashTests.Load;

/// <summary>
/// Everything that a crash test run does, derived from its seed: the clients' steps, the disturbances and the faults.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="CustomerId">The customer id of all orders. The id of each order begins with the customer id.</param>
/// <param name="Stock">The initial stock, by product.</param>
/// <param name="Steps">The steps of the clients, in the order in which they start; many of them run concurrently.</param>
/// <param name="Disturbances">The planned disturbances.</param>
/// <param name="Faults">The planned faults at crash points.</param>
internal sealed record Scenario(
    int Seed, string CustomerId, IReadOnlyDictionary<string, int> Stock, IReadOnlyList<ClientStep> Steps, IReadOnlyList<Disturbance> Disturbances, IReadOnlyList<PlannedFault> Faults)
{
    /// <summary>The ids of the poison records, which no function can process.</summary>
    public IReadOnlyList<string> Poison => [.. Disturbances.Where(disturbance => disturbance.Kind == DisturbanceKind.Poison).Select(disturbance => disturbance.Target)];
}

/// <summary>A step of a client: what the client does with one order.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="Request">The order to place.</param>
/// <param name="Other">A different order with the same id, for <see cref="StepKind.OtherBody"/>.</param>
/// <param name="BadBody">An invalid body, for <see cref="StepKind.Bad"/>.</param>
/// <param name="Pause">The pause before the step.</param>
/// <param name="Patience">For <see cref="StepKind.Cancelled"/>: how long the client waits for the response to its first request
/// before it cancels the request.</param>
/// <param name="GivesUp">Whether the client stops if there is no response or a 5xx response; false if it retries.</param>
internal sealed record ClientStep(StepKind Kind, ClientOrder Request, ClientOrder? Other, string? BadBody, TimeSpan Pause, TimeSpan Patience, bool GivesUp);

/// <summary>The kinds of client steps.</summary>
internal enum StepKind
{
    /// <summary>Places an order once, with retries.</summary>
    Place,

    /// <summary>Places the same order twice concurrently.</summary>
    PlaceTwice,

    /// <summary>Places an order, and places the same order again after the response.</summary>
    Repeat,

    /// <summary>Places an order, and concurrently a different order with the same id.</summary>
    OtherBody,

    /// <summary>Places an order, cancels the request, and may then send it again.</summary>
    Cancelled,

    /// <summary>Sends an invalid body.</summary>
    Bad,
}

/// <summary>A disturbance of a process or of the stream.</summary>
/// <param name="AtStep">The index of the client step at whose start the disturbance is scheduled. An index equal to the
/// number of steps schedules the disturbance after the last step.</param>
/// <param name="Delay">The delay from the start of that client step until the disturbance happens.</param>
/// <param name="Kind">The kind of the disturbance.</param>
/// <param name="Target">The name of the process, or the id of the poison record.</param>
/// <param name="Duration">The duration of the disturbance, for kinds that have one.</param>
internal sealed record Disturbance(int AtStep, TimeSpan Delay, DisturbanceKind Kind, string Target, TimeSpan Duration);

/// <summary>The kinds of disturbances.</summary>
internal enum DisturbanceKind
{
    /// <summary>Kills the process with <c>kill -9</c>.</summary>
    Kill,

    /// <summary>Freezes the process with <c>kill -STOP</c>, and later continues it with <c>kill -CONT</c>.</summary>
    Freeze,

    /// <summary>Stops the process with <c>kill -TERM</c> and starts it again. The process must stop in time.</summary>
    Restart,

    /// <summary>Makes the process's writes to disk fail for a while, as if the disk were full.</summary>
    FillDisk,

    /// <summary>Makes the telemetry receiver close every connection.</summary>
    CutTelemetry,

    /// <summary>Makes the telemetry receiver stop responding.</summary>
    HangTelemetry,

    /// <summary>Writes a poison record, which no function can process, to the stream.</summary>
    Poison,

    /// <summary>Moves the process's database file away, and later back.</summary>
    MoveFile,

    /// <summary>Deletes the process's database file, alone or with its write-ahead log.</summary>
    DeleteFile,

    /// <summary>Replaces the process's database file with an older copy of the file.</summary>
    ReplaceFile,

    /// <summary>Deletes the write-ahead log of the process's database, alone or with the log's index.</summary>
    DeleteLog,

    /// <summary>Makes another program hold the write lock of the process's database.</summary>
    HoldLock,

    /// <summary>Changes the definition of the state machine, then kills or stops the process.</summary>
    ChangeDefinition,
}
