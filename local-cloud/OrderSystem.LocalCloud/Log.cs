namespace OrderSystem.LocalCloud;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "LocalCloud listens on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Error, "{Service} {Operation} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string service, string operation);

    [LoggerMessage(10, LogLevel.Warning, "No process serves function {Function}: its invocations wait up to its timeout of {Timeout}. Start one with AWS_LAMBDA_RUNTIME_API={Endpoint} (handler {Handler})")]
    public static partial void NoRuntime(this ILogger logger, string function, TimeSpan timeout, string endpoint, string handler);

    [LoggerMessage(11, LogLevel.Information, "Function {Function} now has a process")]
    public static partial void RuntimeArrived(this ILogger logger, string function);

    [LoggerMessage(12, LogLevel.Error, "A process serving function {Function} failed to initialise: {Error}")]
    public static partial void InitError(this ILogger logger, string function, string error);

    [LoggerMessage(13, LogLevel.Warning, "The process running invocation {RequestId} of function {Function} exited")]
    public static partial void RuntimeExited(this ILogger logger, string function, string requestId);

    [LoggerMessage(14, LogLevel.Warning, "Invocation {RequestId} of function {Function} timed out after {Timeout}")]
    public static partial void InvocationTimedOut(this ILogger logger, string function, string requestId, TimeSpan timeout);

    [LoggerMessage(15, LogLevel.Error, "An asynchronous invocation of function {Function} was discarded: {Failure}")]
    public static partial void AsynchronousInvocationDiscarded(this ILogger logger, string function, string failure);

    [LoggerMessage(17, LogLevel.Error, "An asynchronous invocation of function {Function} hit an unexpected error and will be retried")]
    public static partial void AsynchronousInvocationFailed(this ILogger logger, Exception exception, string function);

    [LoggerMessage(20, LogLevel.Information, "Parts of the template have no effect locally: {Ignored}")]
    public static partial void IgnoredInTemplate(this ILogger logger, string ignored);

    [LoggerMessage(21, LogLevel.Information, "Waiting for DynamoDB at {Endpoint}")]
    public static partial void WaitingForDynamoDb(this ILogger logger, Uri endpoint);

    [LoggerMessage(22, LogLevel.Information, "Stack provisioned from {Template}")]
    public static partial void Provisioned(this ILogger logger, string template);

    [LoggerMessage(23, LogLevel.Information, "Output {Output} of the template is omitted: {Reason}")]
    public static partial void OutputOmitted(this ILogger logger, string output, string reason);

    [LoggerMessage(30, LogLevel.Error, "Execution {Execution} crashed")]
    public static partial void ExecutionCrashed(this ILogger logger, Exception exception, string execution);

    [LoggerMessage(40, LogLevel.Information, "Mapping {Mapping} from {Source} to {Function} is {State}")]
    public static partial void MappingStands(this ILogger logger, string mapping, string source, string function, string state);

    [LoggerMessage(41, LogLevel.Error, "A change of mapping {Mapping} failed")]
    public static partial void MappingChangeFailed(this ILogger logger, Exception exception, string mapping);

    [LoggerMessage(42, LogLevel.Warning, "Mapping {Mapping} could not be restored: {Refusal}")]
    public static partial void MappingNotRestored(this ILogger logger, string mapping, string refusal);

    [LoggerMessage(16, LogLevel.Error, "The result of an asynchronous invocation was dropped: its destination {Destination} does not exist")]
    public static partial void DestinationMissing(this ILogger logger, string destination);

    [LoggerMessage(31, LogLevel.Information, "{Count} executions resumed")]
    public static partial void ExecutionsResumed(this ILogger logger, int count);
}
