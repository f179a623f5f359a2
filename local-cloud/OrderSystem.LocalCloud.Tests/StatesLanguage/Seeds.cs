using System.Globalization;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage;

/// <summary>
/// What random tests are drawn from: the same seeds in every run, so that a test is green or red for everyone. A longer
/// search is asked for by ORDERSYSTEM_FUZZ_INPUTS (how many) and ORDERSYSTEM_FUZZ_SEED (from which on).
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
