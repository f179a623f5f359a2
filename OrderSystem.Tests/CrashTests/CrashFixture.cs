using OrderSystem.CrashTests;
using OrderSystem.CrashTests.Clouds;

namespace OrderSystem.Tests.CrashTests;

/// <summary>
/// Starts the real processes of a cloud. The fixture then immediately runs all cases that leave the processes alive,
/// concurrently.
/// </summary>
public abstract class CrashFixture(CrashCloud cloud) : IAsyncLifetime
{
    private readonly Dictionary<string, Task<CrashRunResult>> _together = [];
    private TestedCloud? _tested;
    private int _cases;

    public async ValueTask InitializeAsync()
    {
        _tested = await CloudKind.StartAsync(cloud, PatientTemplate.ForFew, TestContext.Current.CancellationToken);
        foreach (var (name, crashCase) in CrashCases.Together)
            _together[name] = RunAsync(crashCase);
    }

    public async ValueTask DisposeAsync()
    {
        await ((Task)Task.WhenAll(_together.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_tested is not null)
            await _tested.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the result of a case that the fixture started.</summary>
    internal Task<CrashRunResult> TogetherAsync(string name) => _together[name];

    /// <summary>Runs a case while no other case runs.</summary>
    internal async Task<CrashRunResult> AloneAsync(CrashCase crashCase)
    {
        await ((Task)Task.WhenAll(_together.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await RunAsync(crashCase);
    }

    /// <summary>Returns the timeline of an order, for failure messages.</summary>
    internal string Timeline(string orderId) => string.Join('\n', _tested!.World.Timeline.Of(orderId));

    private Task<CrashRunResult> RunAsync(CrashCase crashCase) =>
        new CrashRun(_tested!, crashCase.ToScenario($"case{Interlocked.Increment(ref _cases)}")).RunAsync(TestContext.Current.CancellationToken);
}

public sealed class EmbeddedCrashFixture() : CrashFixture(CrashCloud.Embedded);

public sealed class LocalCrashFixture() : CrashFixture(CrashCloud.Local);
