using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Creates exceptions for the errors of the Step Functions API, with AWS's error messages.</summary>
internal static class StepFunctionsErrors
{
    public static AwsServiceException Validation(string what) => Validation([what]);

    public static AwsServiceException Validation(IReadOnlyCollection<string> faults) =>
        new("ValidationException", $"{faults.Count} validation error{(faults.Count > 1 ? "s" : "")} detected: {string.Join("; ", faults)}");

    public static AwsServiceException Rule(string message) => new("ValidationException", message);

    public static AwsServiceException StateMachineDoesNotExist(string arn) => new("StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'");

    public static AwsServiceException StateMachineAlreadyExists(string arn) => new("StateMachineAlreadyExists", $"State Machine Already Exists: '{arn}'");

    public static AwsServiceException StateMachineTypeNotSupported() => new("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");

    public static AwsServiceException ExecutionDoesNotExist(string arn) => new("ExecutionDoesNotExist", $"Execution Does Not Exist: '{arn}'");

    public static AwsServiceException ExecutionAlreadyExists(string arn) => new("ExecutionAlreadyExists", $"Execution Already Exists: '{arn}'");

    public static AwsServiceException InvalidArn(string arn) => new("InvalidArn", $"Invalid Arn: 'Invalid ARN prefix: {arn}'");

    public static AwsServiceException InvalidRoleArn(string arn) => new("InvalidArn", $"Invalid Role Arn: '{arn}'");

    public static AwsServiceException InvalidResourceType(string type) => new("InvalidArn", $"Invalid Arn: 'Resource type not valid in this context: {type}'");

    public static AwsServiceException InvalidName(string name) => new("InvalidName", $"Invalid Name: '{name}'");

    public static AwsServiceException InvalidDefinition(string what) => new("InvalidDefinition", $"Invalid State Machine Definition: '{what}'");

    public static AwsServiceException InvalidInput(string what) => new("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{what}'");

    public static AwsServiceException InvalidToken() => new("InvalidToken", "Invalid Token: 'Invalid token'");

    public static AwsServiceException TaskDoesNotExist() => new("TaskDoesNotExist", "Task does not exist");

    public static AwsServiceException TaskTimedOut() => new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");

    public static AwsServiceException ActivityDoesNotExist(string arn) => new("ActivityDoesNotExist", $"Activity Does Not Exist: '{arn}'");

    public static AwsServiceException ResourceNotFound(string arn) => new("ResourceNotFound", $"Resource not found: '{arn}'");
}
