using OrderSystem.EventSources;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class ConfigurationTests
{
    [Fact]
    public void The_defaults_are_those_of_Lambda()
    {
        var configuration = new EventSourceMappingConfiguration();
        Assert.Equal(100, configuration.BatchSize);
        Assert.Equal(TimeSpan.Zero, configuration.MaximumBatchingWindow);
        Assert.Equal(1, configuration.ParallelizationFactor);
        Assert.Equal(-1, configuration.MaximumRetryAttempts);
        Assert.Null(configuration.MaximumRecordAge);
        Assert.False(configuration.BisectBatchOnFunctionError);
        Assert.Empty(configuration.ValidateForStream());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Batch_size_must_be_from_1_to_10000(int size, bool allowed) => Check(new() { BatchSize = size }, allowed);

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void The_batching_window_must_not_exceed_300_seconds(int seconds, bool allowed) => Check(new() { MaximumBatchingWindow = TimeSpan.FromSeconds(seconds) }, allowed);

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void The_parallelization_factor_must_be_from_1_to_10(int factor, bool allowed) => Check(new() { ParallelizationFactor = factor }, allowed);

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void The_retry_limit_must_be_from_minus_1_to_10000(int retries, bool allowed) => Check(new() { MaximumRetryAttempts = retries }, allowed);

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(604_800, true)]
    [InlineData(604_801, false)]
    public void The_maximum_record_age_must_be_from_60_to_604800_seconds(int seconds, bool allowed) => Check(new() { MaximumRecordAge = TimeSpan.FromSeconds(seconds) }, allowed);

    [Theory]
    [InlineData(0, true)]
    [InlineData(900, true)]
    [InlineData(901, false)]
    public void The_tumbling_window_must_not_exceed_900_seconds(int seconds, bool allowed) => Check(new() { TumblingWindow = TimeSpan.FromSeconds(seconds) }, allowed);

    [Fact]
    public void A_tumbling_window_requires_a_parallelization_factor_of_1() => Check(new() { TumblingWindow = TimeSpan.FromSeconds(30), ParallelizationFactor = 2 }, allowed: false);

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(11, 0, false)]
    [InlineData(10_000, 1, true)]
    public void A_queue_batch_size_above_10_needs_a_batching_window(int size, int window, bool allowed) =>
        Assert.Equal(allowed, !new EventSourceMappingConfiguration { BatchSize = size, MaximumBatchingWindow = TimeSpan.FromSeconds(window) }.ValidateForQueue().Any());

    [Fact]
    public void Stream_only_settings_are_refused_for_a_queue() =>
        Assert.Single(new EventSourceMappingConfiguration { BatchSize = 10, BisectBatchOnFunctionError = true }.ValidateForQueue());

    private static void Check(EventSourceMappingConfiguration configuration, bool allowed) => Assert.Equal(allowed, !configuration.ValidateForStream().Any());
}
