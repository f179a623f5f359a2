using OrderSystem.Crashes.Faults;

namespace OrderSystem.Crashes.Load;

/// <summary>Everything that a run does, from its seed: what clients ask for, and what is done to the processes meanwhile.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="CustomerId">The customer of every order; each order's id begins with it.</param>
/// <param name="Stock">What there is of each article at first.</param>
/// <param name="Steps">What clients do, in order, many at once.</param>
/// <param name="Disturbances">What is done to the processes.</param>
/// <param name="Faults">What strikes at crash points.</param>
internal sealed record Scenario(
    int Seed, string CustomerId, IReadOnlyDictionary<string, int> Stock, IReadOnlyList<ClientStep> Steps, IReadOnlyList<Disturbance> Disturbances, IReadOnlyList<PlannedFault> Faults)
{
    /// <summary>Ids of records that no function can take.</summary>
    public IReadOnlyList<string> Poison => [.. Disturbances.Where(disturbance => disturbance.Kind == DisturbanceKind.Poison).Select(disturbance => disturbance.Target)];
}

/// <summary>What a client does about one order.</summary>
/// <param name="Kind">What.</param>
/// <param name="Request">The order.</param>
/// <param name="Other">Another order of the same id, for <see cref="StepKind.OtherBody"/>.</param>
/// <param name="BadBody">A body that is no order, for <see cref="StepKind.Bad"/>.</param>
/// <param name="Pause">Before it begins.</param>
/// <param name="Patience">How long the first request is waited for, for <see cref="StepKind.Cancelled"/>.</param>
/// <param name="GivesUp">Whether the client is gone once an answer stays away.</param>
internal sealed record ClientStep(StepKind Kind, OrderRequest Request, OrderRequest? Other, string? BadBody, TimeSpan Pause, TimeSpan Patience, bool GivesUp);

/// <summary>What a client does.</summary>
internal enum StepKind
{
    /// <summary>Places an order.</summary>
    Place,

    /// <summary>Places it twice at once.</summary>
    PlaceTwice,

    /// <summary>Places it, and later again.</summary>
    Repeat,

    /// <summary>Places it, and at the same time another under the same id.</summary>
    OtherBody,

    /// <summary>Places it, hangs up midway, and asks again.</summary>
    Cancelled,

    /// <summary>Sends what is no order.</summary>
    Bad,
}

/// <summary>What is done to the processes.</summary>
/// <param name="AtStep">While this step begins; the number of steps is once the last has begun.</param>
/// <param name="Delay">How long after that.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The process, or the id of a poisonous record.</param>
/// <param name="Duration">How long, where it passes.</param>
internal sealed record Disturbance(int AtStep, TimeSpan Delay, DisturbanceKind Kind, string Target, TimeSpan Duration);

/// <summary>What is done to the processes.</summary>
internal enum DisturbanceKind
{
    /// <summary><c>kill -9</c>.</summary>
    Kill,

    /// <summary><c>kill -STOP</c>, and later <c>-CONT</c>.</summary>
    Freeze,

    /// <summary><c>kill -TERM</c>: it has to stop in order and in time.</summary>
    Restart,

    /// <summary>Nothing more fits on its disk.</summary>
    FillDisk,

    /// <summary>The receiver of telemetry closes every connection.</summary>
    CutTelemetry,

    /// <summary>The receiver of telemetry answers nobody.</summary>
    HangTelemetry,

    /// <summary>A record comes into the stream that no function can take.</summary>
    Poison,

    /// <summary>Its database is moved away, and later back.</summary>
    MoveFile,

    /// <summary>Its database is deleted, alone or with its log.</summary>
    DeleteFile,

    /// <summary>An older copy takes the place of its database.</summary>
    ReplaceFile,

    /// <summary>The log of its database is deleted, alone or with its index.</summary>
    DeleteLog,

    /// <summary>Another program holds the lock that its writes need.</summary>
    HoldLock,

    /// <summary>The definition of the state machine changes, and it is killed or told to stop.</summary>
    ChangeDefinition,
}
