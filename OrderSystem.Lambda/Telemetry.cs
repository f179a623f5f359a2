using System.Diagnostics;

namespace OrderSystem.Lambda;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.Lambda");
}
