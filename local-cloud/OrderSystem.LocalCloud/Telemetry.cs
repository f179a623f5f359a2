using System.Diagnostics.Metrics;

namespace OrderSystem.LocalCloud;

internal static class Telemetry
{
    public static readonly Meter Meter = new("OrderSystem.LocalCloud");

    public static readonly Counter<long> Invocations = Meter.CreateCounter<long>(
        "aws.lambda.invocations", "{invocation}", "Number of function invocations, by outcome");
}
