using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.AppHost.Aws;

/// <summary>
/// The region and the credentials of the AWS CLI, for the processes that the AppHost starts. The CLI supports sign-in methods,
/// such as IAM Identity Center, for which the SDK would need additional packages that the functions do not need in AWS.
/// </summary>
/// <param name="Environment">
/// Environment variables for the SDK. The variables contain credentials only if the CLI can export them; otherwise the SDK
/// looks for credentials itself.
/// </param>
/// <param name="Until">When the credentials expire; null if the credentials do not expire.</param>
public sealed record AwsSession(IReadOnlyDictionary<string, string> Environment, DateTimeOffset? Until)
{
    /// <summary>Reads the region and the credentials from the AWS CLI.</summary>
    public static async Task<AwsSession> OpenAsync(CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>();
        if (await RegionAsync(cancellationToken) is { Length: > 0 } region)
            environment["AWS_REGION"] = region;
        var (exitCode, output) = await Tool.RunAsync("aws", ["configure", "export-credentials", "--format", "process"], cancellationToken);
        if (exitCode != 0)
            return new AwsSession(environment, Until: null);
        var credentials = AwsCliJson.Read(output, AwsCliJson.Default.ExportedCredentials);
        environment["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId;
        environment["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey;
        if (credentials.SessionToken is { Length: > 0 } token)
            environment["AWS_SESSION_TOKEN"] = token;
        return new AwsSession(environment, credentials.Expiration);
    }

    /// <summary>
    /// Finds the AWS CLI's region; null if none is set. Reads <c>AWS_DEFAULT_REGION</c> too, which the SDK for .NET
    /// ignores.
    /// </summary>
    private static async Task<string?> RegionAsync(CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "AWS_REGION", "AWS_DEFAULT_REGION" })
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } region)
                return region;
        }

        var (exitCode, output) = await Tool.RunAsync("aws", ["configure", "get", "region"], cancellationToken);
        return exitCode == 0 ? output.Split('\n')[0].Trim() : null;
    }
}

internal sealed record ExportedCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken, DateTimeOffset? Expiration);
