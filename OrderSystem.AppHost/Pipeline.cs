namespace OrderSystem.AppHost;

/// <summary>
/// What the pipeline's processes are told, whichever flavour of the AppHost starts them. Everything goes through the
/// AWS SDK's and OpenTelemetry's own variables: in AWS the same programs run without any of them.
/// </summary>
public static class Pipeline
{
    private const string Region = "us-east-1";
    private const string AccountId = "000000000000";
    private const string StackName = "order-system";

    /// <summary>The repository's root: the folder with <c>deploy/template.yaml</c>, found upwards from the program.</summary>
    /// <exception cref="DirectoryNotFoundException">The program was moved out of its repository.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>The one declaration of tables, functions, mapping, queues and workflow.</summary>
    public static string TemplatePath => Path.Combine(Root, "deploy", "template.yaml");

    /// <summary>What reaches AWS's services: LocalCloud, and DynamoDB Local for the tables.</summary>
    /// <param name="dynamoDb">DynamoDB Local's address.</param>
    /// <param name="localCloud">LocalCloud's address.</param>
    public static IReadOnlyDictionary<string, string> AwsEnvironment(string dynamoDb, string localCloud) => new Dictionary<string, string>
    {
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = "local",
        ["AWS_SECRET_ACCESS_KEY"] = "local",
        ["AWS_ENDPOINT_URL"] = localCloud,
        ["AWS_ENDPOINT_URL_DYNAMODB"] = dynamoDb,
        ["Cloud"] = "Local",
    };

    /// <summary>What makes a program serve its functions: where the Runtime API is, and the state machine it starts.</summary>
    /// <param name="runtimeApi">LocalCloud's host and port.</param>
    public static IReadOnlyDictionary<string, string> FunctionEnvironment(string runtimeApi) => new Dictionary<string, string>
    {
        ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi,
        ["OrderSystem__StateMachineArn"] = $"arn:aws:states:{Region}:{AccountId}:stateMachine:{StackName}-order-workflow",
    };

    /// <summary>What makes the API be the whole pipeline: its cloud, and the folder it keeps everything in.</summary>
    /// <param name="data">The folder.</param>
    public static IReadOnlyDictionary<string, string> EmbeddedEnvironment(string data) => new Dictionary<string, string>
    {
        ["Cloud"] = "Embedded",
        ["OrderSystem__Data"] = data,
        ["OrderSystem__Template"] = TemplatePath,
    };

    /// <summary>What makes the API work on a stack in AWS.</summary>
    /// <param name="tablePrefix">What stands before its tables' names.</param>
    public static IReadOnlyDictionary<string, string> StackEnvironment(string tablePrefix) => new Dictionary<string, string>
    {
        ["Cloud"] = "Aws",
        ["OrderSystem__TablePrefix"] = tablePrefix,
    };

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "deploy", "template.yaml")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"deploy/template.yaml was not found above {AppContext.BaseDirectory}; run the AppHost from its repository: dotnet run --project OrderSystem.AppHost");
    }
}
