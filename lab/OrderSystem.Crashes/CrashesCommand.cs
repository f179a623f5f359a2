using System.CommandLine;
using OrderSystem.Crashes.Clouds;

namespace OrderSystem.Crashes;

/// <summary><c>crashes</c>: orders in the real processes of a cloud while these are killed, frozen and starved; then proof that nothing was lost.</summary>
internal static class CrashesCommand
{
    public static Command Create()
    {
        var cloud = new Option<Cloud>("--cloud") { Description = "The cloud whose processes are broken", DefaultValueFactory = _ => Cloud.Embedded };
        var runs = new Option<int>("--runs") { Description = "How many runs, each of the next seed", DefaultValueFactory = _ => 100 };
        var orders = new Option<int>("--orders") { Description = "Orders of a run", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "The first seed; a run follows from its seed, but for what the machine's timing adds", DefaultValueFactory = _ => 1 };
        var sideBySide = new Option<int>("--side-by-side") { Description = "Runs under way at once, each with processes of its own", DefaultValueFactory = _ => 1 };
        var command = new Command("crashes", "Breaks a cloud's processes while orders flow, and checks that none is lost, doubled or half done.") { cloud, runs, orders, seed, sideBySide };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await new CrashRuns(parsed.GetValue(cloud), parsed.GetValue(orders), Console.WriteLine)
                .RunAsync(parsed.GetValue(seed), parsed.GetValue(runs), parsed.GetValue(sideBySide), cancellationToken);
            Console.WriteLine($"{result.Runs} runs, {result.Orders} orders: {result.Completed} completed, {result.Rejected} rejected, {result.GivenUp} of these given up, {result.Parked} parked; {result.Disturbances} disturbances, {result.Restarts} restarts, faults struck at {result.Strikes} crash points");
            Console.WriteLine(result.SeedsWithViolations.Count == 0 ? "no violations" : $"violations with the seeds {string.Join(", ", result.SeedsWithViolations)}");
            return result.SeedsWithViolations.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
