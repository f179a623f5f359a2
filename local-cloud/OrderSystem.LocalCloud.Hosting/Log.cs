using Microsoft.Extensions.Logging;

namespace OrderSystem.LocalCloud.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Resource} ended with exit code {ExitCode} and is restarted")]
    public static partial void Restarting(this ILogger logger, string resource, int exitCode);

    [LoggerMessage(2, LogLevel.Error, "{Resource} failed {Count} times within a minute and stays stopped: fix the cause, then start it from the dashboard")]
    public static partial void KeepsFailing(this ILogger logger, string resource, int count);

    [LoggerMessage(5, LogLevel.Error, "{Resource} could not be restarted: {Reason}")]
    public static partial void RestartFailed(this ILogger logger, string resource, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The functions {Functions} declare different values of {Variable}, so it is not set for their process: set it with WithEnvironment, or serve each function from its own process")]
    public static partial void VariableOmitted(this ILogger logger, string functions, string variable);

    [LoggerMessage(8, LogLevel.Error, "{Resource} ended with exit code {ExitCode} and stays stopped: {Reason}")]
    public static partial void StaysStopped(this ILogger logger, string resource, int exitCode, string reason);

    [LoggerMessage(7, LogLevel.Error, "{Problem}")]
    public static partial void Exposed(this ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Information, "{Progress}")]
    public static partial void Fetching(this ILogger logger, string progress);

    [LoggerMessage(4, LogLevel.Warning, "The states of {LocalCloud}'s resources could not be read: {Reason}")]
    public static partial void StackUnavailable(this ILogger logger, string localCloud, string reason);
}
