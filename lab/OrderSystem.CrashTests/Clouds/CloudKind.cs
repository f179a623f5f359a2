using OrderSystem.CrashTests.Faults;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>A kind of cloud to test.</summary>
public enum CrashCloud
{
    /// <summary>DynamoDB Local, LocalCloud, the functions and the API, each in its own process.</summary>
    Local,

    /// <summary>The whole pipeline in the API's process.</summary>
    Embedded,
}

/// <summary>What the crash tests need to know about a kind of cloud before they start one.</summary>
/// <param name="Processes">The processes that can be killed, frozen and stopped.</param>
/// <param name="Writers">The processes whose disk can become full and whose database can be attacked.</param>
/// <param name="Effects">The effects at which faults can strike.</param>
/// <param name="Lag">The time for which a workflow may still be running after its order was placed.</param>
/// <param name="RunsPerCloud">The number of runs that share one set of processes. Starting new processes takes seconds,
/// but DynamoDB Local slows down after some thousands of records.</param>
internal sealed record CloudKind(IReadOnlyList<string> Processes, IReadOnlyList<string> Writers, IReadOnlyList<string> Effects, TimeSpan Lag, int RunsPerCloud)
{
    /// <summary>
    /// The embedded cloud: one process with one database file. Each run starts a new process with its own
    /// file.
    /// </summary>
    public static CloudKind Embedded { get; } = new(["api"], ["api"], CrashPoints.Effects, TimeSpan.FromSeconds(0.3), RunsPerCloud: 1);

    /// <summary>The local cloud: five processes.</summary>
    public static CloudKind Local { get; } = new(
        ["dynamodb", "local-cloud", "processor", "workflow", "api"], ["local-cloud"], [.. CrashPoints.Effects, CrashPoints.InvokeLambda], TimeSpan.FromSeconds(3), RunsPerCloud: 8);

    public static CloudKind Of(CrashCloud cloud) => cloud == CrashCloud.Embedded ? Embedded : Local;

    /// <summary>Starts the processes of a cloud and waits until they are ready.</summary>
    public static async Task<TestedCloud> StartAsync(CrashCloud cloud, PatientTemplate template, CancellationToken cancellationToken)
    {
        var world = await World.StartAsync(cancellationToken);
        TestedCloud started = cloud == CrashCloud.Embedded ? new TestedEmbedded(world, template) : new TestedLocal(world, template);
        try
        {
            await started.StartAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }
}
