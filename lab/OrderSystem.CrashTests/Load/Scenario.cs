using OrderSystem.CrashTests.Faults;

namespace OrderSystem.CrashTests.Load;

/// <summary>Everything that a run does, derived from its seed: the clients' steps, disturbances and faults.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="CustomerId">The customer of all orders. Each order's id begins with it.</param>
/// <param name="Stock">The initial stock, by article.</param>
/// <param name="Steps">The steps of the clients, in order of their start; many run concurrently.</param>
/// <param name="Disturbances">The disturbances of the processes.</param>
/// <param name="Faults">The faults at crash points.</param>
internal sealed record Scenario(
    int Seed, string CustomerId, IReadOnlyDictionary<string, int> Stock, IReadOnlyList<ClientStep> Steps, IReadOnlyList<Disturbance> Disturbances, IReadOnlyList<PlannedFault> Faults)
{
    /// <summary>The ids of the poison records, which no function can process.</summary>
    public IReadOnlyList<string> Poison => [.. Disturbances.Where(disturbance => disturbance.Kind == DisturbanceKind.Poison).Select(disturbance => disturbance.Target)];
}

/// <summary>What a client does about one order.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="Request">The order to place.</param>
/// <param name="Other">Another order with the same id, for <see cref="StepKind.OtherBody"/>.</param>
/// <param name="BadBody">An invalid body, for <see cref="StepKind.Bad"/>.</param>
/// <param name="Pause">The pause before the step.</param>
/// <param name="Patience">How long the client waits for the first response, for <see
/// cref="StepKind.Cancelled"/>.</param>
/// <param name="GivesUp">Whether the client stops after a missing response instead of retrying.</param>
internal sealed record ClientStep(StepKind Kind, OrderRequest Request, OrderRequest? Other, string? BadBody, TimeSpan Pause, TimeSpan Patience, bool GivesUp);

/// <summary>The kinds of client steps.</summary>
internal enum StepKind
{
    /// <summary>Places an order.</summary>
    Place,

    /// <summary>Places the order twice concurrently.</summary>
    PlaceTwice,

    /// <summary>Places the order, and places it again later.</summary>
    Repeat,

    /// <summary>Places the order, and concurrently another one with the same id.</summary>
    OtherBody,

    /// <summary>Places the order, cancels the request, and sends it again.</summary>
    Cancelled,

    /// <summary>Sends an invalid body.</summary>
    Bad,
}

/// <summary>A disturbance of a process or of the stream.</summary>
/// <param name="AtStep">It happens at the start of this step; the number of steps means after the last one.</param>
/// <param name="Delay">The delay after the start of that step.</param>
/// <param name="Kind">The kind of the disturbance.</param>
/// <param name="Target">The name of the process, or the id of the poison record.</param>
/// <param name="Duration">The duration, for kinds that end.</param>
internal sealed record Disturbance(int AtStep, TimeSpan Delay, DisturbanceKind Kind, string Target, TimeSpan Duration);

/// <summary>The kinds of disturbances.</summary>
internal enum DisturbanceKind
{
    /// <summary>Kills the process with <c>kill -9</c>.</summary>
    Kill,

    /// <summary>Freezes the process with <c>kill -STOP</c>, and later continues it with <c>-CONT</c>.</summary>
    Freeze,

    /// <summary>Stops the process with <c>kill -TERM</c>, which it must obey in time, and starts it again.</summary>
    Restart,

    /// <summary>Fills the process's disk.</summary>
    FillDisk,

    /// <summary>Makes the telemetry receiver close every connection.</summary>
    CutTelemetry,

    /// <summary>Makes the telemetry receiver stop responding.</summary>
    HangTelemetry,

    /// <summary>Writes a poison record, which no function can process, to the stream.</summary>
    Poison,

    /// <summary>Moves the database of the process away, and later back.</summary>
    MoveFile,

    /// <summary>Deletes the database of the process, alone or with its log.</summary>
    DeleteFile,

    /// <summary>Replaces the database of the process with an older copy.</summary>
    ReplaceFile,

    /// <summary>Deletes the log of the database, alone or with its index.</summary>
    DeleteLog,

    /// <summary>Holds the write lock of the database from another program.</summary>
    HoldLock,

    /// <summary>Changes the definition of the state machine, then kills or stops the process.</summary>
    ChangeDefinition,
}
