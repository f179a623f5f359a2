using System.Globalization;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage;

/// <summary>
/// The seeds of randomized tests. The seeds are the same in every run, so that a test gives the same result on every machine.
/// For a longer search, set ORDERSYSTEM_FUZZ_INPUTS (the number of seeds) and ORDERSYSTEM_FUZZ_SEED (the first seed).
/// </summary>
internal static class Seeds
{
    public static async Task ForEachAsync(int count, Func<int, Task> test)
    {
        count = Setting("ORDERSYSTEM_FUZZ_INPUTS") ?? count;
        var first = Setting("ORDERSYSTEM_FUZZ_SEED") ?? 0;
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                await test(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
