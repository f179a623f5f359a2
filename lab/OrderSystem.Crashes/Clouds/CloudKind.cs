using OrderSystem.Crashes.Faults;

namespace OrderSystem.Crashes.Clouds;

/// <summary>A cloud whose processes are broken.</summary>
public enum Cloud
{
    /// <summary>DynamoDB Local, LocalCloud, the functions and the API, a process each.</summary>
    Local,

    /// <summary>Everything in the API's process.</summary>
    Embedded,
}

/// <summary>The clouds, as the harness knows them before it starts one.</summary>
/// <param name="Processes">What may be killed, frozen and told to stop.</param>
/// <param name="Writers">What may lack room on its disk.</param>
/// <param name="Effects">Where faults may strike.</param>
/// <param name="Lag">How long after their orders were placed workflows go on.</param>
/// <param name="RunsPerCloud">Runs that one set of processes serves: a fresh one costs seconds, and DynamoDB Local grows slow after some thousands of records.</param>
internal sealed record CloudKind(IReadOnlyList<string> Processes, IReadOnlyList<string> Writers, IReadOnlyList<string> Effects, TimeSpan Lag, int RunsPerCloud)
{
    /// <summary>One process; its file is read by nobody else, so each run has its own.</summary>
    public static CloudKind Embedded { get; } = new(["api"], ["api"], CrashPoints.Effects, TimeSpan.FromSeconds(0.3), RunsPerCloud: 1);

    /// <summary>Five processes.</summary>
    public static CloudKind Local { get; } = new(
        ["dynamodb", "local-cloud", "processor", "workflow", "api"], ["local-cloud"], [.. CrashPoints.Effects, CrashPoints.InvokeLambda], TimeSpan.FromSeconds(3), RunsPerCloud: 8);

    public static CloudKind Of(Cloud cloud) => cloud == Cloud.Embedded ? Embedded : Local;

    /// <summary>Starts a cloud.</summary>
    public static async Task<TestedCloud> StartAsync(Cloud cloud, PatientTemplate template, CancellationToken cancellationToken)
    {
        var world = await World.StartAsync(cancellationToken);
        TestedCloud started = cloud == Cloud.Embedded ? new TestedEmbedded(world, template) : new TestedLocal(world, template);
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
