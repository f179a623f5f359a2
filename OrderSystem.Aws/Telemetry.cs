using System.Diagnostics;

namespace OrderSystem.Aws;

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("OrderSystem.Aws");
}
