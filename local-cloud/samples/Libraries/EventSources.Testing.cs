using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

internal static class PoisonRecord
{
    public static void Simulate()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 1, BisectBatchOnFunctionError = true })
        {
            Function = { Answer = call => call.Names.Contains("bad") ? call.Fail() : call.Succeed() },
        };
        mapping.Write("a", "bad", "b", "c");
        mapping.Start();
        mapping.RunUntilDone();
        Console.WriteLine($"batches: {mapping.Function.Batches}");
        Console.WriteLine($"discarded: {string.Join(", ", mapping.Parked.Ranges)}");
    }
}
