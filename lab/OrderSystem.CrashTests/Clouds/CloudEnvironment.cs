namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// Environment variables for the processes that a test starts. The AppHost sets the same variables for its processes.
/// </summary>
internal static class CloudEnvironment
{
    private const string Region = "us-east-1";

    /// <summary>The ARN of the state machine in the template.</summary>
    public const string StateMachineArn = $"arn:aws:states:{Region}:000000000000:stateMachine:order-system-order-workflow";

    /// <summary>Returns the variables that point the AWS SDK at LocalCloud, and at DynamoDB Local for the tables.</summary>
    /// <param name="dynamoDb">The address of DynamoDB Local.</param>
    /// <param name="localCloud">The address of LocalCloud.</param>
    public static IReadOnlyDictionary<string, string> Aws(string dynamoDb, string localCloud) => new Dictionary<string, string>
    {
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = "local",
        ["AWS_SECRET_ACCESS_KEY"] = "local",
        ["AWS_ENDPOINT_URL"] = localCloud,
        ["AWS_ENDPOINT_URL_DYNAMODB"] = dynamoDb,
        ["Cloud"] = "Local",
    };

    /// <summary>Returns the variables that let a program serve its Lambda functions.</summary>
    /// <param name="runtimeApi">The host and port of LocalCloud.</param>
    public static IReadOnlyDictionary<string, string> Function(string runtimeApi) => new Dictionary<string, string>
    {
        ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi,
        ["OrderSystem__StateMachineArn"] = StateMachineArn,
    };

    /// <summary>Returns the variables that let the API run the whole pipeline in its process.</summary>
    /// <param name="data">The folder for the database.</param>
    public static IReadOnlyDictionary<string, string> Embedded(string data) => new Dictionary<string, string>
    {
        ["Cloud"] = "Embedded",
        ["OrderSystem__Data"] = data,
        ["OrderSystem__Template"] = Repository.TemplatePath,
    };
}
