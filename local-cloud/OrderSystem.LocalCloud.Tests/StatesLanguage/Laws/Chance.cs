using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// Removes random values from the outputs of randomly generated state machines. When branches run concurrently, event ids
/// differ from run to run, and so do the random numbers that are seeded from event ids.
/// </summary>
internal static class Chance
{
    /// <summary>Returns the value without its random properties, whose names begin with <c>chance</c>.</summary>
    public static StatesValue? Without(StatesValue? value) => value switch
    {
        StatesObject container =>
            StatesObject.Of([.. container.Where(property => !property.Key.StartsWith("chance", StringComparison.Ordinal))
                .Select(property => (property.Key, Without(property.Value)!))]),
        StatesArray array => new StatesArray(array.Select(item => Without(item)!)),
        _ => value,
    };
}
