using System.CommandLine;

namespace OrderSystem.Benchmarks.Embedded;

/// <summary>
/// The command <c>embedded</c>: compares the embedded cloud with bare SQLite, and measures the cost per order as the
/// database file grows.
/// </summary>
internal static class EmbeddedCommand
{
    /// <summary>
    /// The number of orders that are run and measured each time the number of orders in the database file reaches one
    /// of the <see cref="Sizes"/>.
    /// </summary>
    private const int Sample = 5_000;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    public static Command Create()
    {
        var orders = new Option<int>("--orders") { Description = "Number of orders per run", DefaultValueFactory = _ => 50_000 };
        var runs = new Option<int>("--runs") { Description = "Number of runs; the best run of each counts", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "Number of concurrent orders", DefaultValueFactory = _ => 32 };
        var size = new Option<int>("--file")
        {
            Description = "Maximum number of orders in the file up to which the cost per order is measured; 0 skips this measurement",
            DefaultValueFactory = _ => 0
        };
        var command = new Command("embedded", "Compares orders in the embedded cloud with a bare SQLite skeleton of the same six durable writes.") { orders, runs, inFlight, size };
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
        // Alternate between the embedded cloud and the SQLite skeleton, and keep the best run of each, so that both are
        // measured after warm-up and on an equally busy machine.
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
