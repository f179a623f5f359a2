using Microsoft.Extensions.Logging;

namespace OrderSystem.LocalCloud.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; restarting it")]
    public static partial void Restarting(this ILogger logger, string resource, int exitCode);

    [LoggerMessage(2, LogLevel.Error, "{Resource} failed {Count} times within a minute and is no longer restarted. Fix the cause, then start it from the dashboard")]
    public static partial void KeepsFailing(this ILogger logger, string resource, int count);

    [LoggerMessage(5, LogLevel.Error, "{Resource} could not be restarted: {Reason}")]
    public static partial void RestartFailed(this ILogger logger, string resource, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Environment variable {Variable} is not set, because the functions {Functions} of this process declare different values for it. Set it with WithEnvironment, or serve each function from its own process")]
    public static partial void VariableOmitted(this ILogger logger, string functions, string variable);

    [LoggerMessage(8, LogLevel.Error, "{Resource} ended with exit code {ExitCode} and is not restarted: {Reason}")]
    public static partial void StaysStopped(this ILogger logger, string resource, int exitCode, string reason);

    [LoggerMessage(7, LogLevel.Error, "{Problem}")]
    public static partial void Exposed(this ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Information, "{Progress}")]
    public static partial void Fetching(this ILogger logger, string progress);

    [LoggerMessage(4, LogLevel.Warning, "The states of the stack's resources could not be read from {LocalCloud}; retrying every 5 seconds: {Reason}")]
    public static partial void StackUnavailable(this ILogger logger, string localCloud, string reason);
}
