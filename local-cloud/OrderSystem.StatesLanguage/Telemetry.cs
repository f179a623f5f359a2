using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderSystem.StatesLanguage;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.StatesLanguage");

    private static readonly Meter Meter = new("OrderSystem.StatesLanguage");

    public static readonly Counter<long> ExecutionsEnded = Meter.CreateCounter<long>("aws.step_functions.executions", "{execution}", "Ended executions, by status");

    public static readonly Histogram<double> StateDuration = Meter.CreateHistogram<double>("aws.step_functions.state.duration", "s", "Time from a state's entry to its exit");
}
