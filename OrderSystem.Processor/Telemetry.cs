using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderSystem.Processor;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.Processor");
    private static readonly Meter Meter = new("OrderSystem.Processor");

    public static readonly Counter<long> Records = Meter.CreateCounter<long>("processor.records", "{record}", "Stream records of new orders");
}
