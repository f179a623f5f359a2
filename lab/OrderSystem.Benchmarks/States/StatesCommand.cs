using System.CommandLine;

namespace OrderSystem.Benchmarks.States;

/// <summary>
/// The command <c>states</c>: compares the interpreter with <c>aws-local-stepfunctions</c>, and measures whether the
/// interpreter's cost per transition grows with the number of executions.
/// </summary>
internal static class StatesCommand
{
    private static readonly int[] Steps = [1_000, 10_000, 100_000, 1_000_000];

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { Description = "Duration of a run in seconds", DefaultValueFactory = _ => 1 };
        var runs = new Option<int>("--runs") { Description = "Number of runs; the fastest run counts", DefaultValueFactory = _ => 5 };
        var executions = new Option<int>("--executions")
        {
            Description = "Maximum number of executions up to which the cost per transition is measured; 0 skips this measurement",
            DefaultValueFactory = _ => Steps[^1]
        };
        var command = new Command("states", "Compares the interpreter's transitions per second and memory with aws-local-stepfunctions from npm.") { seconds, runs, executions };
        command.SetAction(async (result, cancellationToken) =>
        {
            await CompareAsync(TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(runs), cancellationToken);
            await FollowAsync(result.GetValue(executions), cancellationToken);
        });
        return command;
    }

    private static async Task CompareAsync(TimeSpan length, int runs, CancellationToken cancellationToken)
    {
        var peer = await Peer.FindAsync(cancellationToken);
        Console.WriteLine($"{"",-18} {"transitions/s",14} {"KiB/execution",14}   {Peer.Package.Name} {Peer.Package.Version}");
        foreach (var workload in Workload.All)
        {
            var own = new InProcess(workload);
            var rate = await own.RateAsync(length, runs, cancellationToken);
            var memory = await own.AllocatedAsync(Math.Max(20, 20_000 / workload.Transitions), cancellationToken);
            Console.Write($"{workload.Name,-18} {rate * workload.Transitions,14:N0} {memory / 1024,14:N1}");
            if (peer is not null)
            {
                var peerRate = await peer.RateAsync(workload, length, runs, cancellationToken);
                var peerMemory = await peer.AllocatedAsync(workload, cancellationToken);
                Console.Write($"   {peerRate * workload.Transitions,12:N0} {peerMemory / 1024,12:N1}   {rate / peerRate:N1} times as fast, {memory / peerMemory:P1} of its memory");
            }

            Console.WriteLine();
        }
    }

    private static async Task FollowAsync(int executions, CancellationToken cancellationToken)
    {
        if (executions <= 0)
            return;
        Console.WriteLine();
        Console.WriteLine($"{"executions so far",-18} {"CPU ns/transition",18} {"MiB alive",14}   {Workload.Orders.Name}");
        var run = new InProcess(Workload.Orders);
        await run.RunAsync(Steps[0] * 10, cancellationToken);
        var done = 0;
        foreach (var step in Steps.TakeWhile(step => step <= executions))
        {
            var before = Environment.CpuUsage.TotalTime;
            await run.RunAsync(step - done, cancellationToken);
            var taken = Environment.CpuUsage.TotalTime - before;
            var transitions = (step - done) * (double)Workload.Orders.Transitions;
            done = step;
            Console.WriteLine($"{done,-18:N0} {taken.TotalNanoseconds / transitions,18:N0} {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0,14:N1}");
        }
    }
}
