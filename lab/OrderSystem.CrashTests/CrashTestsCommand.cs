using System.CommandLine;
using OrderSystem.CrashTests.Clouds;

namespace OrderSystem.CrashTests;

/// <summary>
/// The program's command: places orders while a cloud's processes are killed, frozen and denied disk space, and checks the
/// outcome.
/// </summary>
internal static class CrashTestsCommand
{
    public static RootCommand Create()
    {
        var cloud = new Option<CrashCloud>("--cloud") { Description = "The cloud to test", DefaultValueFactory = _ => CrashCloud.Embedded };
        var runs = new Option<int>("--runs") { Description = "Number of runs, each with the next seed", DefaultValueFactory = _ => 100 };
        var orders = new Option<int>("--orders") { Description = "Number of orders per run", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "The seed of the first run; a seed determines what a run does, except for timing", DefaultValueFactory = _ => 1 };
        var sideBySide = new Option<int>("--side-by-side") { Description = "Number of concurrent runs, each with its own processes", DefaultValueFactory = _ => 1 };
        var command = new RootCommand("Disturbs a cloud's processes while they process orders, and checks that no order is lost, processed twice or left incomplete.") { cloud, runs, orders, seed, sideBySide };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await new CrashRuns(parsed.GetValue(cloud), parsed.GetValue(orders), Console.WriteLine)
                .RunAsync(parsed.GetValue(seed), parsed.GetValue(runs), parsed.GetValue(sideBySide), cancellationToken);
            Console.WriteLine($"{result.Runs} runs, {result.Orders} orders: {result.Completed} completed, {result.Rejected} rejected, {result.GivenUp} of these as failed, {result.Parked} parked; {result.Disturbances} disturbances, {result.Restarts} restarts, faults struck at {result.Strikes} crash points");
            Console.WriteLine(result.SeedsWithViolations.Count == 0 ? "no violations" : $"violations with seeds {string.Join(", ", result.SeedsWithViolations)}");
            return result.SeedsWithViolations.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
