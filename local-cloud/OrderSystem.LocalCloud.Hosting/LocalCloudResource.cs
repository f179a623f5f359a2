using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using OrderSystem.LocalCloud.Hosting.Stack;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>
/// LocalCloud in an AppHost: Lambda, event source mappings, Step Functions and SQS on one port, provisioned from a
/// CloudFormation template.
/// </summary>
/// <param name="name">The resource's name.</param>
/// <param name="program">The path of LocalCloud's assembly.</param>
public sealed class LocalCloudResource(string name, string program) : ExecutableResource(name, "dotnet", WorkingDirectoryOf(program))
{
    internal const string HttpEndpointName = "http";

    /// <summary>The endpoint of all services, for <c>AWS_ENDPOINT_URL</c>.</summary>
    public EndpointReference Endpoint => field ??= new EndpointReference(this, HttpEndpointName);

    /// <summary>The endpoint of DynamoDB Local; null if it does not run beside LocalCloud.</summary>
    public EndpointReference? DynamoDBEndpoint { get; internal set; }

    /// <summary>The template's path; null starts without a stack.</summary>
    public string? TemplatePath { get; internal set; }

    /// <summary>The stack's name: <c>AWS::StackName</c> in the template.</summary>
    public string StackName { get; internal set; } = name;

    /// <summary>The region in every ARN.</summary>
    public string Region { get; internal set; } = "us-east-1";

    /// <summary>The folder that keeps tables, queues, executions and checkpoints between runs; null keeps them in memory.</summary>
    public string? DataDirectory { get; internal set; }

    /// <summary>The values of the template's parameters: strings, or parameters of the AppHost.</summary>
    public ImmutableSortedDictionary<string, object> Parameters { get; internal set; } = ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal);

    /// <summary>The path of LocalCloud's assembly.</summary>
    internal string Program => program;

    /// <summary>The command that redrives dead letters: an assembly, and the words before <c>redrive</c>.</summary>
    internal IReadOnlyList<string> DeadLetterCommand { get; set; } = [program, "dlq"];

    internal StackClient Client => field ??= new StackClient(this);

    /// <summary>The program's folder: in the AppHost's folder it would read the AppHost's settings.</summary>
    private static string WorkingDirectoryOf(string program) => Path.GetDirectoryName(program) is { Length: > 0 } folder ? folder : Environment.CurrentDirectory;
}
