using Microsoft.Extensions.Logging;

namespace OrderSystem.LocalCloud.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Resource} exited with code {ExitCode} and is being restarted")]
    public static partial void Restarting(this ILogger logger, string resource, int exitCode);

    [LoggerMessage(2, LogLevel.Error, "{Resource} failed {Count} times within a minute and is no longer restarted. Find the cause in the resource's log and fix it, then start the resource from the dashboard")]
    public static partial void KeepsFailing(this ILogger logger, string resource, int count);

    [LoggerMessage(5, LogLevel.Error, "{Resource} failed and could not be restarted. Start the resource from the dashboard. Reason why the restart failed: {Reason}")]
    public static partial void RestartFailed(this ILogger logger, string resource, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Environment variable {Variable} is not set for this process, because the functions that the process serves ({Functions}) declare different values. Set the variable with WithEnvironment, or serve each function from its own process")]
    public static partial void VariableOmitted(this ILogger logger, string functions, string variable);

    [LoggerMessage(8, LogLevel.Error, "{Resource} exited with code {ExitCode} and will not be restarted: {Reason}")]
    public static partial void StaysStopped(this ILogger logger, string resource, int exitCode, string reason);

    [LoggerMessage(7, LogLevel.Error, "Other machines may be able to read and change the tables of {Resource}: {Problem}")]
    public static partial void Exposed(this ILogger logger, string resource, string problem);

    [LoggerMessage(3, LogLevel.Information, "Downloading {Package} {Version}; later runs use the cached copy")]
    public static partial void Downloading(this ILogger logger, string package, string version);

    [LoggerMessage(4, LogLevel.Warning, "The states of the stack's resources could not be read from {LocalCloud}, so the resources are shown as unhealthy; retrying every 5 seconds. Reason: {Reason}")]
    public static partial void StackUnavailable(this ILogger logger, string localCloud, string reason);
}
