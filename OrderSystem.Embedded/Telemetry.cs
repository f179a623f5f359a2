using System.Diagnostics;

namespace OrderSystem.Embedded;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.Embedded");
}
