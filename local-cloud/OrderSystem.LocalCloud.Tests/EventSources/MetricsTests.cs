using System.Diagnostics.Metrics;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>Tests the metrics of a mapping: their names, units, attributes and values.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _measured = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "OrderSystem.EventSources")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>(Note);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Note(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Note(instrument, value, tags, state));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_batch_records_its_size_and_iterator_age()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromSeconds(2) } };
        mapping.Stream.Write(mapping.Shard, "a", "a", age: TimeSpan.FromSeconds(30));
        mapping.Stream.Write(mapping.Shard, "b", "b", age: TimeSpan.FromSeconds(10));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(new Measured("aws.lambda.event_source_mapping.batch_size", "{record}", 2, "mapping"), Single("aws.lambda.event_source_mapping.batch_size"));
        Assert.Equal(new Measured("aws.lambda.iterator_age", "s", 12, "mapping"), Single("aws.lambda.iterator_age"));
    }

    [Fact]
    public void Failed_discarded_and_filtered_records_are_counted()
    {
        var mapping = new MappingHarness(
            new EventSourceMappingConfiguration
            {
                MaximumRetryAttempts = 1,
                Filter = MappingHarness.Filter("""{"name":[{"prefix":"bad"}]}""")
            })
        { Function = { Answer = call => call.Fail() } };
        mapping.Write("bad-1", "good", "bad-2", "good");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(2, Sum("aws.lambda.event_source_mapping.batch_failures", "{invocation}"));
        Assert.Equal(2, Sum("aws.lambda.event_source_mapping.filtered", "{record}"));
        var discarded = Single("aws.lambda.event_source_mapping.discarded");
        Assert.Equal(("{record}", 2d, "RetryAttemptsExhausted"), (discarded.Unit, discarded.Value, discarded.Condition));
    }

    [Fact]
    public void The_age_of_the_oldest_waiting_record_grows_while_its_shard_is_stuck()
    {
        var mapping = new MappingHarness { Id = "stuck", Function = { Answer = call => call.Fail() } };
        mapping.Write("stuck", "behind");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(new Measured("aws.lambda.event_source_mapping.oldest_record_age", "s", 300, "stuck", Shard: "shard-0"), Gauge());
        mapping.Function.Answer = call => call.Succeed();
        mapping.RunUntilDone();
        Assert.Null(Gauge());
        mapping.Stop();
    }

    private Measured? Gauge()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured.Find(measured => measured is { Name: "aws.lambda.event_source_mapping.oldest_record_age", Mapping: "stuck" });
    }

    private Measured Single(string name) => Assert.Single(_measured, measured => measured.Name == name);

    private double Sum(string name, string unit) => _measured.Where(measured => measured.Name == name && measured.Unit == unit).Sum(measured => measured.Value);

    // Ignores measurements on other threads: this test's simulation runs only on its own thread, so those measurements come
    // from other tests.
    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            return;
        var attributes = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
        _measured.Add(new Measured(
            instrument.Name, instrument.Unit, value, attributes.GetValueOrDefault("aws.lambda.event_source_mapping.id"),
            attributes.GetValueOrDefault("aws.lambda.event_source_mapping.discard_condition"), attributes.GetValueOrDefault("aws.dynamodb.shard_id")));
    }

    private sealed record Measured(string Name, string? Unit, double Value, string? Mapping, string? Condition = null, string? Shard = null);
}
