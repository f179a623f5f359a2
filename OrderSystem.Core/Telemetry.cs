using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderSystem.Core;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.Core");
    private static readonly Meter Meter = new("OrderSystem.Core");

    public static readonly Counter<long> OrdersAccepted = Meter.CreateCounter<long>("orders.accepted", "{order}", "Orders accepted");
    public static readonly Counter<long> OrdersEnded = Meter.CreateCounter<long>("orders.ended", "{order}", "Orders completed or rejected");
    public static readonly Histogram<double> OrderDuration = Meter.CreateHistogram<double>("orders.duration", "s", "Time from an order's acceptance to its completion or rejection");
    public static readonly Counter<long> Records = Meter.CreateCounter<long>("processor.records", "{record}", "Stream records of new orders");
}
