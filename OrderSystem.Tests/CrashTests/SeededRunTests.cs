using OrderSystem.CrashTests;
using OrderSystem.CrashTests.Clouds;

namespace OrderSystem.Tests.CrashTests;

/// <summary>
/// Performs a few random runs; the command <c>crashes</c> performs thousands of such runs. Real processes are killed,
/// frozen and starved while they process orders; then the checker verifies that nothing was lost.
/// </summary>
public sealed class SeededRunTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(CrashCloud.Embedded, 1, 6, 80)]
    [InlineData(CrashCloud.Local, 1, 3, 50)]
    public async Task No_invariant_breaks_when_processes_are_killed_frozen_or_starved(CrashCloud cloud, int firstSeed, int runs, int orders)
    {
        var told = new List<string>();
        var result = await new CrashRuns(cloud, orders, told.Add).RunAsync(firstSeed, runs, sideBySide: 1, TestContext.Current.CancellationToken);
        output.WriteLine(string.Join('\n', told));
        Assert.True(result.SeedsWithViolations.Count == 0, string.Join('\n', told));
        Assert.Equal(runs, result.Runs);
        Assert.True(result.Completed > runs * orders / 3, $"Only {result.Completed} orders completed, which is too few to prove anything.");
        Assert.True(result.Rejected > 0 && result.Disturbances > 0, "No order was rejected, or no process was disturbed.");
    }
}
