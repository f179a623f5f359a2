using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using OrderSystem.LocalCloud.Hosting.Stack;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>
/// LocalCloud as a resource of an AppHost. LocalCloud provides Lambda, event source mappings, Step Functions and SQS on one port,
/// with the resources that a CloudFormation template declares.
/// </summary>
/// <param name="name">The resource's name.</param>
/// <param name="program">The path of LocalCloud's assembly.</param>
public sealed class LocalCloudResource(string name, string program) : ExecutableResource(name, "dotnet", WorkingDirectoryOf(program))
{
    internal const string HttpEndpointName = "http";

    /// <summary>The endpoint of LocalCloud's services: the value for <c>AWS_ENDPOINT_URL</c>.</summary>
    public EndpointReference Endpoint => field ??= new EndpointReference(this, HttpEndpointName);

    /// <summary>The endpoint of DynamoDB Local; null if DynamoDB Local does not run beside LocalCloud.</summary>
    public EndpointReference? DynamoDBEndpoint { get; internal set; }

    /// <summary>The path of the CloudFormation template; null if there is no stack.</summary>
    public string? TemplatePath { get; internal set; }

    /// <summary>The name of the stack, which is the value of <c>AWS::StackName</c> in the template.</summary>
    public string StackName { get; internal set; } = name;

    /// <summary>The AWS region that all ARNs contain.</summary>
    public string Region { get; internal set; } = "us-east-1";

    /// <summary>
    /// The folder that keeps tables, queues, executions and checkpoints between runs; null keeps them in memory.
    /// </summary>
    public string? DataDirectory { get; internal set; }

    /// <summary>The values of the template's parameters: strings, or parameters of the AppHost.</summary>
    public ImmutableSortedDictionary<string, object> Parameters { get; internal set; } = ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal);

    /// <summary>The path of LocalCloud's assembly.</summary>
    internal string Program => program;

    /// <summary>
    /// The command that redrives dead-letter messages: the path of an assembly, and the arguments that precede
    /// <c>redrive</c>.
    /// </summary>
    internal IReadOnlyList<string> DeadLetterCommand { get; set; } = [program, "dlq"];

    /// <summary>The logical ids or names of the functions that programs of the AppHost serve.</summary>
    internal HashSet<string> ServedFunctions { get; } = new(StringComparer.Ordinal);

    internal StackClient Client => field ??= new StackClient(this);

    /// <summary>
    /// Returns the program's working directory, which is the folder that contains the program. In the AppHost's folder,
    /// the program would read the AppHost's <c>appsettings.json</c>.
    /// </summary>
    private static string WorkingDirectoryOf(string program) => Path.GetDirectoryName(program) is { Length: > 0 } folder ? folder : Environment.CurrentDirectory;
}
