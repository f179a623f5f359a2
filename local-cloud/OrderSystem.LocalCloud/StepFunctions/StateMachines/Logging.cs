using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>
/// Reads a state machine's logging configuration, which is stored and returned but has no effect: nothing is sent to
/// CloudWatch Logs.
/// </summary>
internal static class Logging
{
    public static readonly StatesObject Off = StatesObject.Of(("level", "OFF"), ("includeExecutionData", false));

    /// <summary>
    /// Reads the logging configuration from a request; returns null if the request does not contain a logging configuration.
    /// </summary>
    /// <exception cref="AwsServiceException"><c>InvalidLoggingConfiguration</c>: the configuration is invalid.</exception>
    public static StatesObject? Read(StepFunctionsRequest request)
    {
        if (request.Body["loggingConfiguration"] is not StatesObject given)
            return null;
        var level = given["level"] ?? "OFF";
        var destinations = given["destinations"] as StatesArray;
        var isOff = level is StatesString { Value: "OFF" };
        if (destinations?.Count > 1 || (!isOff && destinations is not { Count: 1 }))
            throw new AwsServiceException("InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.");
        if (destinations is { Count: 1 } && LogGroup(destinations[0]) is var group && group?.EndsWith(":*", StringComparison.Ordinal) != true)
            throw new AwsServiceException("InvalidLoggingConfiguration", $"Invalid Logging Configuration: Log Destination is not a valid log group ARN: {group}");
        var read = StatesObject.Of(("level", level), ("includeExecutionData", given["includeExecutionData"] ?? false));
        return destinations is null ? read : read.With("destinations", destinations);
    }

    private static string? LogGroup(StatesValue destination) => (((destination as StatesObject)?["cloudWatchLogsLogGroup"] as StatesObject)?["logGroupArn"] as StatesString)?.Value;
}
