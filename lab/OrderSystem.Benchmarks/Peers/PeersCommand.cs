using System.CommandLine;
using OrderSystem.Benchmarks.Embedded;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>
/// The command <c>peers</c>: compares the embedded cloud with Wolverine and CAP, which run the same durable order workflow
/// on PostgreSQL.
/// </summary>
internal static class PeersCommand
{
    private static readonly string[] Peers = ["wolverine", "cap"];

    public static Command Create()
    {
        var orders = new Option<int>("--orders") { Description = "Number of orders per run", DefaultValueFactory = _ => 5_000 };
        var runs = new Option<int>("--runs") { Description = "Number of runs; the best run of each counts", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "Number of concurrent orders", DefaultValueFactory = _ => 32 };
        var command = new Command("peers", "Compares the embedded cloud with Wolverine and CAP on PostgreSQL. All run the same workflow and sync every commit to disk.") { orders, runs, inFlight };
        command.SetAction((result, cancellationToken) => CompareAsync(result.GetValue(orders), result.GetValue(runs), result.GetValue(inFlight), cancellationToken));
        return command;
    }

    private static async Task CompareAsync(int orders, int runs, int inFlight, CancellationToken cancellationToken)
    {
        var program = await PeerProcess.BuildAsync(cancellationToken);
        await using var postgres = await PostgresServer.StartAsync(cancellationToken);
        var best = new Dictionary<string, OrderLoad>(StringComparer.Ordinal);
        // Alternate between the embedded cloud, Wolverine and CAP, and keep the best run of each, so that all are measured
        // on an equally busy machine. The embedded cloud is much faster, so it gets more orders, which makes its runs last
        // about as long as those of the other systems.
        for (var run = 0; run < runs; run++)
        {
            Take("embedded", await EmbeddedCommand.MeasureAsync(async folder => await EmbeddedPipeline.StartAsync(folder, cancellationToken), 10 * orders, inFlight, cancellationToken));
            foreach (var peer in Peers)
                Take(peer, await PeerProcess.MeasureAsync(program, peer, await postgres.CreateDatabaseAsync($"{peer}{run}", cancellationToken), orders, inFlight, cancellationToken));
        }

        if (!best.TryGetValue("embedded", out var embedded))
            return;
        Console.WriteLine($"{"embedded",-18} {embedded}");
        foreach (var peer in Peers)
            Console.WriteLine($"{peer,-18} {best[peer]}   embedded: {embedded.OrdersPerSecond / best[peer].OrdersPerSecond:N1} x the orders/s, {embedded.P99 / best[peer].P99:P0} of the p99");

        void Take(string name, OrderLoad load) => best[name] = EmbeddedCommand.Better(best.GetValueOrDefault(name), load);
    }
}
