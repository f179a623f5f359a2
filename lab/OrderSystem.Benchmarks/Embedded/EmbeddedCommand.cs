using System.CommandLine;

namespace OrderSystem.Benchmarks.Embedded;

/// <summary><c>embedded</c>: the embedded cloud's completed orders a second, beside a bare SQLite skeleton; and its cost per order as the file grows.</summary>
internal static class EmbeddedCommand
{
    /// <summary>Orders measured each time the file has reached a size.</summary>
    private const int Sample = 5_000;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    public static Command Create()
    {
        var orders = new Option<int>("--orders") { Description = "Orders of a run", DefaultValueFactory = _ => 50_000 };
        var runs = new Option<int>("--runs") { Description = "How many runs the best is of", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "Orders under way at once", DefaultValueFactory = _ => 32 };
        var size = new Option<int>("--file") { Description = "Up to how many orders in the file the cost per order is followed; 0 leaves that out", DefaultValueFactory = _ => 0 };
        var command = new Command("embedded", "Orders in the embedded cloud, beside a bare SQLite skeleton of the same six durable writes.") { orders, runs, inFlight, size };
        command.SetAction(async (result, cancellationToken) =>
        {
            await CompareAsync(result.GetValue(orders), result.GetValue(runs), result.GetValue(inFlight), cancellationToken);
            await FollowAsync(result.GetValue(size), result.GetValue(inFlight), cancellationToken);
        });
        return command;
    }

    private static async Task CompareAsync(int orders, int runs, int inFlight, CancellationToken cancellationToken)
    {
        OrderLoad? skeleton = null, embedded = null;
        // Turn by turn, the best of each: both on an equally busy machine, both warm.
        for (var run = 0; run < runs; run++)
        {
            skeleton = Better(skeleton, await MeasureAsync(folder => Task.FromResult<IOrderRunner>(new SqliteSkeleton(folder)), orders, inFlight, cancellationToken));
            embedded = Better(embedded, await MeasureAsync(async folder => await EmbeddedPipeline.StartAsync(folder, cancellationToken), orders, inFlight, cancellationToken));
        }

        if (skeleton is null || embedded is null)
            return;
        Console.WriteLine($"{"SQLite skeleton",-18} {skeleton}");
        Console.WriteLine($"{"embedded",-18} {embedded}   {embedded.OrdersPerSecond / skeleton.OrdersPerSecond:P0} of the skeleton's orders/s");
    }

    internal static OrderLoad Better(OrderLoad? best, OrderLoad load) => best is null || load.OrdersPerSecond > best.OrdersPerSecond ? load : best;

    internal static async Task<OrderLoad> MeasureAsync(Func<string, Task<IOrderRunner>> start, int orders, int inFlight, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("order-system-");
        try
        {
            await using var runner = await start(folder.FullName);
            await OrderLoad.RunAsync(runner, orders / 10, inFlight, cancellationToken);
            return await OrderLoad.RunAsync(runner, orders, inFlight, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FollowAsync(int most, int inFlight, CancellationToken cancellationToken)
    {
        if (most <= 0)
            return;
        Console.WriteLine();
        Console.WriteLine("orders in the file");
        var folder = Directory.CreateTempSubdirectory("order-system-");
        try
        {
            await using var pipeline = await EmbeddedPipeline.StartAsync(folder.FullName, cancellationToken);
            var done = 0;
            foreach (var size in Sizes.TakeWhile(size => size <= most))
            {
                if (size > done)
                    await OrderLoad.RunAsync(pipeline, size - done, inFlight, cancellationToken);
                Console.WriteLine($"{size,-18:N0} {await OrderLoad.RunAsync(pipeline, Sample, inFlight, cancellationToken)}   {Size(folder):N0} MiB");
                done = Math.Max(done, size) + Sample;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Size(DirectoryInfo folder) => folder.EnumerateFiles().Sum(file => file.Length) / 1048576.0;
}
