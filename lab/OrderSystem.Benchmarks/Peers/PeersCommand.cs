using System.CommandLine;
using OrderSystem.Benchmarks.Embedded;

namespace OrderSystem.Benchmarks.Peers;

/// <summary><c>peers</c>: the embedded cloud beside what a .NET user would take instead for a durable order saga, on PostgreSQL.</summary>
internal static class PeersCommand
{
    private static readonly string[] Peers = ["wolverine", "cap"];

    public static Command Create()
    {
        var orders = new Option<int>("--orders") { Description = "Orders of a run", DefaultValueFactory = _ => 5_000 };
        var runs = new Option<int>("--runs") { Description = "How many runs the best is of", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "Orders under way at once", DefaultValueFactory = _ => 32 };
        var command = new Command("peers", "Orders in the embedded cloud, beside Wolverine and CAP on PostgreSQL: the same flow, each end told once it is synced to the disk.") { orders, runs, inFlight };
        command.SetAction((result, cancellationToken) => CompareAsync(result.GetValue(orders), result.GetValue(runs), result.GetValue(inFlight), cancellationToken));
        return command;
    }

    private static async Task CompareAsync(int orders, int runs, int inFlight, CancellationToken cancellationToken)
    {
        var program = await PeerProcess.BuildAsync(cancellationToken);
        await using var postgres = await PostgresServer.StartAsync(cancellationToken);
        var best = new Dictionary<string, OrderLoad>(StringComparer.Ordinal);
        // Turn by turn, the best of each: all on an equally busy machine. Ours is so much quicker that it takes more orders to last as long.
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
