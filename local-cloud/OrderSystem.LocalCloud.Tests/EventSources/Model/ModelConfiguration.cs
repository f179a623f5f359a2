using OrderSystem.EventSources;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>Draws random configurations of a mapping.</summary>
internal static class ModelConfiguration
{
    public static EventSourceMappingConfiguration Draw(Random random)
    {
        var configuration = new EventSourceMappingConfiguration
        {
            StartingPosition = random.Next(5) == 0 ? StartingPosition.Latest : StartingPosition.TrimHorizon,
            ReportBatchItemFailures = random.Next(2) == 0,
            TumblingWindow = random.Next(6) == 0 ? TimeSpan.FromSeconds(random.Next(5, 40)) : TimeSpan.Zero,
            Filter = random.Next(3) == 0 ? MappingHarness.Filter("""{"name":[{"anything-but":{"prefix":"x"}}]}""") : FilterCriteria.None,
        };
        return Redraw(random, configuration);
    }

    /// <summary>Draws new values for the settings that an update may change.</summary>
    public static EventSourceMappingConfiguration Redraw(Random random, EventSourceMappingConfiguration configuration) => configuration with
    {
        BatchSize = random.Next(1, 8),
        ParallelizationFactor = configuration.TumblingWindow == TimeSpan.Zero && random.Next(3) == 0 ? random.Next(2, 5) : 1,
        MaximumBatchingWindow = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 4)) : TimeSpan.Zero,
        MaximumRetryAttempts = random.Next(4) == 0 ? -1 : random.Next(0, 4),
        MaximumRecordAge = random.Next(5) == 0 ? TimeSpan.FromSeconds(60) : null,
        BisectBatchOnFunctionError = random.Next(2) == 0,
    };
}
