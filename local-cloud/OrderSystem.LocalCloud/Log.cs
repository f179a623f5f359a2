namespace OrderSystem.LocalCloud;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "LocalCloud listens on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Error, "{Service} request {Operation} failed because of an unexpected error; LocalCloud returns status 500 to the client")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string service, string operation);

    [LoggerMessage(10, LogLevel.Warning, "No process serves function {Function} (handler {Handler}). Its waiting invocations fail unless a process starts within {Limit}. Start a process with AWS_LAMBDA_RUNTIME_API={Endpoint}")]
    public static partial void NoRuntime(this ILogger logger, string function, string handler, TimeSpan limit, string endpoint);

    [LoggerMessage(11, LogLevel.Information, "A process now serves function {Function}; any waiting invocations continue")]
    public static partial void RuntimeArrived(this ILogger logger, string function);

    [LoggerMessage(12, LogLevel.Error, "A process of function {Function} failed to initialize. Any waiting invocations of the function fail with the same error: {Error}")]
    public static partial void InitError(this ILogger logger, string function, string error);

    [LoggerMessage(13, LogLevel.Warning, "Invocation {RequestId} of function {Function} failed with Runtime.ExitError: the process that ran the invocation closed its connection before it responded")]
    public static partial void RuntimeExited(this ILogger logger, string function, string requestId);

    [LoggerMessage(14, LogLevel.Warning, "Invocation {RequestId} of function {Function} timed out after {Timeout}")]
    public static partial void InvocationTimedOut(this ILogger logger, string function, string requestId, TimeSpan timeout);

    [LoggerMessage(15, LogLevel.Error, "Asynchronous invocation {RequestId} of function {Function} was discarded: {Failure}")]
    public static partial void AsynchronousInvocationDiscarded(this ILogger logger, string requestId, string function, string failure);

    [LoggerMessage(17, LogLevel.Error, "An asynchronous invocation of function {Function} (queue message {MessageId}) could not be processed because of an unexpected error; LocalCloud will retry the invocation")]
    public static partial void AsynchronousInvocationFailed(this ILogger logger, Exception exception, string function, string messageId);

    [LoggerMessage(18, LogLevel.Error, "The asynchronous invocations of function {Function} could not be read from their queue because of an unexpected error; LocalCloud will try again in one second")]
    public static partial void AsynchronousQueueUnreadable(this ILogger logger, Exception exception, string function);

    [LoggerMessage(20, LogLevel.Information, "LocalCloud ignores these resource types and properties of the template: {Ignored}")]
    public static partial void IgnoredInTemplate(this ILogger logger, string ignored);

    [LoggerMessage(21, LogLevel.Information, "DynamoDB is not responding at {Endpoint} yet; LocalCloud will not start unless DynamoDB responds within one minute")]
    public static partial void WaitingForDynamoDb(this ILogger logger, Uri endpoint);

    [LoggerMessage(22, LogLevel.Information, "All resources of the template {Template} were created or updated")]
    public static partial void Provisioned(this ILogger logger, string template);

    [LoggerMessage(23, LogLevel.Information, "The stack has no output {Output}, because the output's value in the template could not be resolved: {Reason}")]
    public static partial void OutputOmitted(this ILogger logger, string output, string reason);

    [LoggerMessage(30, LogLevel.Error, "Execution {Execution} failed with States.Runtime because of an unexpected error in LocalCloud")]
    public static partial void ExecutionCrashed(this ILogger logger, Exception exception, string execution);

    [LoggerMessage(29, LogLevel.Error, "A change to Step Functions data was not saved, because SQLite rejected this statement: {Sql}. The change will be lost when LocalCloud restarts")]
    public static partial void StatementLost(this ILogger logger, Exception exception, string sql);

    [LoggerMessage(40, LogLevel.Information, "Event source mapping {Mapping} from {Source} to function {Function} was added and is {State}")]
    public static partial void MappingStands(this ILogger logger, string mapping, string source, string function, string state);

    [LoggerMessage(41, LogLevel.Error, "Event source mapping {Mapping} could not be {Change} because of an unexpected error")]
    public static partial void MappingChangeFailed(this ILogger logger, Exception exception, string mapping, string change);

    [LoggerMessage(42, LogLevel.Warning, "Event source mapping {Mapping} from {Source} to function {Function}, which was created through the Lambda API before LocalCloud restarted, could not be restored and is not running: {Refusal}")]
    public static partial void MappingNotRestored(this ILogger logger, string mapping, string? source, string? function, string refusal);

    [LoggerMessage(16, LogLevel.Error, "The message about asynchronous invocation {RequestId} of function {Function} could not be sent to queue {Destination}, because that queue does not exist; the message is lost")]
    public static partial void DestinationMissing(this ILogger logger, string requestId, string function, string destination);

    [LoggerMessage(31, LogLevel.Information, "{Count} Step Functions executions that were running when LocalCloud last stopped will continue when startup is complete")]
    public static partial void ExecutionsResumed(this ILogger logger, int count);

    [LoggerMessage(43, LogLevel.Warning, "A request to create or update an event source mapping of function {Function} was rejected: {Problem}")]
    public static partial void MappingRefused(this ILogger logger, string function, string problem);

    [LoggerMessage(44, LogLevel.Warning, "Could not check whether stream {Stream} exists: {Reason}. The event source mapping for the stream is created anyway, and waits for the stream")]
    public static partial void StreamNotChecked(this ILogger logger, string stream, string reason);
}
