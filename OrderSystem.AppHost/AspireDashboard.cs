namespace OrderSystem.AppHost;

/// <summary>Aspire's dashboard takes its addresses from the environment, mostly from <c>launchSettings.json</c>.</summary>
public static class AspireDashboard
{
    private static readonly Ports Usual = new();

    /// <summary>The variables to set: ports that were moved, and all that nobody set because the launch profile wasn't used.</summary>
    /// <param name="ports">The ports, as the command line moved them.</param>
    /// <param name="current">The variables as they are.</param>
    public static IReadOnlyDictionary<string, string> Environment(Ports ports, Func<string, string?> current)
    {
        IEnumerable<(string Name, string Value, bool Moved)> variables =
        [
            ("ASPNETCORE_URLS", $"http://localhost:{ports.Dashboard}", ports.Dashboard != Usual.Dashboard),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://localhost:{ports.OtlpGrpc}", ports.OtlpGrpc != Usual.OtlpGrpc),
            ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", $"http://localhost:{ports.OtlpHttp}", ports.OtlpHttp != Usual.OtlpHttp),
            // It listens on the loopback address alone, as in the other flavour.
            ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true", false),
            ("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true", false),
        ];
        return variables.Where(variable => variable.Moved || current(variable.Name) is null).ToDictionary(variable => variable.Name, variable => variable.Value);
    }
}
