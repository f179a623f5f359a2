using System.CommandLine;
using System.Diagnostics;
using OrderSystem.LocalCloud;

namespace OrderSystem.Benchmarks.States;

/// <summary>
/// The command <c>states-api</c>: runs order workflows through the Step Functions API of a LocalCloud that keeps its state
/// in memory.
/// </summary>
internal static class StatesApiCommand
{
    public static Command Create()
    {
        var executions = new Option<int>("--executions") { Description = "Number of executions per run", DefaultValueFactory = _ => 10_000 };
        var runs = new Option<int>("--runs") { Description = "Number of runs", DefaultValueFactory = _ => 5 };
        var connections = new Option<int>("--connections") { Description = "Number of concurrent clients", DefaultValueFactory = _ => 16 };
        var command = new Command("states-api",
            "Measures the executions of order workflows per second through LocalCloud's API. Client and server run in one process.") { executions,
            runs, connections };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(executions), result.GetValue(runs), result.GetValue(connections), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int executions, int runs, int connections, CancellationToken cancellationToken)
    {
        var workload = Workload.Orders;
        var mocks = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(mocks, StepFunctionsApi.MockConfiguration(workload).ToJsonString(), cancellationToken);
            await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, MockConfigurationPath = mocks }, cancellationToken);
            using var api = new StepFunctionsApi(host.Address, connections);
            var machine = await api.CreateStateMachineAsync(workload, cancellationToken);
            Console.WriteLine($"{"executions so far",-18} {"executions/s",14} {"MiB alive",14}");
            for (var run = 0; run < runs; run++)
            {
                var started = Stopwatch.GetTimestamp();
                var next = run * executions;
                var last = next + executions;
                await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
                    async () =>
                    {
                        while (Interlocked.Increment(ref next) is var number && number <= last)
                            await api.ExecuteAsync(machine, workload.Input(number), cancellationToken);
                    },
                    cancellationToken)));
                var rate = executions / Stopwatch.GetElapsedTime(started).TotalSeconds;
                Console.WriteLine($"{last,-18:N0} {rate,14:N0} {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0,14:N1}");
            }
        }
        finally
        {
            File.Delete(mocks);
        }
    }
}
