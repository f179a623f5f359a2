using System.CommandLine;
using System.CommandLine.Parsing;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Hostile;

namespace OrderSystem.CrashTests;

/// <summary>
/// The program's command: places orders while a cloud's processes are killed and frozen and their disks are full, and
/// checks the outcome.
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
        var command = new RootCommand(
            "Disturbs a cloud's processes while they process orders, and checks that no order is lost, processed twice or left incomplete.") { cloud,
            runs, orders, seed, sideBySide };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await new CrashRuns(parsed.GetValue(cloud), parsed.GetValue(orders), Console.WriteLine)
                .RunAsync(parsed.GetValue(seed), parsed.GetValue(runs), parsed.GetValue(sideBySide), cancellationToken);
            Console.WriteLine($"{result.Runs} runs, {result.Orders} orders: {result.Completed} completed, {result.Rejected} rejected, "
                + $"{result.GivenUp} of these as failed, {result.Parked} parked; {result.Disturbances} disturbances, {result.Restarts} restarts, faults struck at {result.Strikes} crash points");
            Console.WriteLine(result.SeedsWithViolations.Count == 0 ? "no violations" : $"violations with seeds {string.Join(", ", result.SeedsWithViolations)}");
            return result.SeedsWithViolations.Count == 0 ? 0 : 1;
        });
        command.Subcommands.Add(Hostile());
        return command;
    }

    private static Command Hostile()
    {
        var cloud = new Option<CrashCloud>("--cloud") { Description = "The cloud whose processes are started", DefaultValueFactory = _ => CrashCloud.Embedded };
        var target = new Option<HostileTarget>("--at") { Description = "The server that receives the requests; local-cloud requires --cloud local", DefaultValueFactory = _ => HostileTarget.Api };
        target.CustomParser = result => Enum.TryParse<HostileTarget>(result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var named) ? named : Refuse(result);
        var requests = new Option<int>("--requests") { Description = "Number of requests", DefaultValueFactory = _ => 100_000 };
        var first = new Option<int>("--first") { Description = "Number of the first request", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "The seed; together with a request's number, it determines the request", DefaultValueFactory = _ => 1 };
        var connections = new Option<int>("--connections") { Description = "Number of concurrent connections", DefaultValueFactory = _ => 16 };
        var command = new Command("hostile", "Sends malformed and unusual requests to a server, and checks its responses, its memory use and that valid requests still work.") { cloud, target, requests, first, seed, connections };
        command.Validators.Add(result =>
        {
            if (result.GetValue(target) == HostileTarget.LocalCloud && result.GetValue(cloud) != CrashCloud.Local)
                result.AddError("--at local-cloud needs --cloud local.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var tested = await CloudKind.StartAsync(parsed.GetValue(cloud), PatientTemplate.ForMany, cancellationToken);
            var (process, port) = parsed.GetValue(target) == HostileTarget.LocalCloud ? ((TestedLocal)tested).LocalCloud : (tested.Processes[^1], tested.Orders.Address.Port);
            var violations = await new HostileRun(tested, process, port, new HostileRequests(parsed.GetValue(target), port, parsed.GetValue(seed)), Console.WriteLine)
                .RunAsync(parsed.GetValue(first), parsed.GetValue(requests), parsed.GetValue(connections), cancellationToken);
            Console.WriteLine(violations == 0 ? "no violations" : $"{violations} violations");
            return violations == 0 ? 0 : 1;
        });
        return command;
    }

    private static HostileTarget Refuse(ArgumentResult result)
    {
        result.AddError($"--at must be api or local-cloud, not '{result.Tokens[0].Value}'.");
        return default;
    }
}
