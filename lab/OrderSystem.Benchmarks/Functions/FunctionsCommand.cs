using System.CommandLine;
using System.Globalization;

namespace OrderSystem.Benchmarks.Functions;

/// <summary>
/// The command <c>functions</c>: measures each function's time to the first response and its memory, compiled with Native
/// AOT, with ReadyToRun and with the JIT compiler.
/// </summary>
internal static class FunctionsCommand
{
    private static readonly string[] Compilations = ["native-aot", "ready-to-run", "jit"];

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Number of starts of each function; the median counts", DefaultValueFactory = _ => 10 };
        var packages = new Option<DirectoryInfo?>("--packages") { Description = "The folder with the packages of each compilation; missing packages are built (default: a temporary folder)" };
        var command = new Command("functions", "Measures each function's time to the first response and its memory, as Native AOT, ReadyToRun and JIT.") { runs, packages };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(runs), result.GetValue(packages), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int runs, DirectoryInfo? given, CancellationToken cancellationToken)
    {
        var folder = given ?? Directory.CreateTempSubdirectory("order-system-packages-");
        try
        {
            foreach (var compilation in Compilations)
                await Packager.EnsureAsync(compilation, Path.Combine(folder.FullName, compilation), cancellationToken);
            await CompareAsync(folder.FullName, runs, cancellationToken);
        }
        finally
        {
            if (given is null)
                folder.Delete(recursive: true);
        }
    }

    private static async Task CompareAsync(string folder, int runs, CancellationToken cancellationToken)
    {
        await using var cloud = await ColdStartCloud.StartAsync(cancellationToken);
        Console.WriteLine($"{"",-18} {"",-14} {"first response",14} {"processor",10} {"memory",10} {"second",10} {"package",10}");
        foreach (var function in ColdFunction.All)
        {
            var starts = Compilations.ToDictionary(compilation => compilation, _ => new List<ColdStart>(), StringComparer.Ordinal);
            // Alternate between the kinds of compilation, so that all are measured on an equally busy machine. The
            // first round is not measured; it only brings the packages' files into the page cache.
            for (var run = 0; run <= runs; run++)
            {
                foreach (var compilation in Compilations)
                {
                    var start = await cloud.MeasureAsync(function, Path.Combine(folder, compilation, function.Package), cancellationToken);
                    if (run > 0)
                        starts[compilation].Add(start);
                }
            }

            foreach (var compilation in Compilations)
                Print(function, compilation, starts[compilation], starts["jit"], new FileInfo(Path.Combine(folder, compilation, $"{function.Package}.zip")).Length);
        }
    }

    private static void Print(ColdFunction function, string compilation, List<ColdStart> starts, List<ColdStart> jit, long packed)
    {
        var (first, processor, memory, second) = (Median(starts, start => start.FirstAnswer), Median(starts, start => start.Processor),
            Median(starts, start => start.PeakMemory), Median(starts, start => start.SecondAnswer));
        var ratios = compilation == "jit" ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $"   {first / Median(jit, start => start.FirstAnswer):P0} of JIT's time, {memory / Median(jit, start => start.PeakMemory):P0} of its memory");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{function.Handler,-18} {compilation,-14} {first,11:N1} ms {processor,7:N0} ms {memory / 1048576,6:N1} MiB {second,7:N1} ms {packed / 1048576.0,6:N1} MiB{ratios}"));
    }

    private static double Median(List<ColdStart> starts, Func<ColdStart, double> value)
    {
        var sorted = starts.Select(value).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
