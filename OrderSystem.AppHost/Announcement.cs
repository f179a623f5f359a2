using System.Globalization;

namespace OrderSystem.AppHost;

/// <summary>What is said once the pipeline is up.</summary>
public static class Announcement
{
    /// <summary>The addresses, in a few lines.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="cloud">The cloud that came up.</param>
    /// <param name="took">How long it took.</param>
    public static string Text(AppHostOptions options, Cloud cloud, TimeSpan took)
    {
        var ports = options.Ports;
        List<string> lines =
        [
            "",
            string.Create(CultureInfo.InvariantCulture, $"The pipeline is up after {took.TotalSeconds:0.0} s. Ctrl+C stops it."),
            $"  API             http://localhost:{ports.Api}         reference: http://localhost:{ports.Api}/scalar",
        ];
        if (cloud == Cloud.Local)
        {
            lines.Add($"  AWS endpoint    http://localhost:{ports.LocalCloud}         AWS_ENDPOINT_URL for the AWS CLI and SDKs");
            lines.Add($"  DynamoDB Local  http://localhost:{ports.DynamoDb}");
        }

        if (cloud == Cloud.Aws)
            lines.Add($"  In AWS          tables, stream function and workflow of {options.Stack}; aws logs tail /aws/lambda/{options.Stack}-process-orders --follow");
        if (!options.NoDashboard)
            lines.Add($"  Dashboard       http://localhost:{ports.Dashboard}/traces");
        if (cloud != Cloud.Aws)
            lines.Add(options.DataDirectory is { } data ? $"  Data            {data}" : "  Data            gone when it stops (--data DIR keeps it)");
        return string.Join(Environment.NewLine, lines);
    }
}
