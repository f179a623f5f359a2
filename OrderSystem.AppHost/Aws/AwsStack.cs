using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.AppHost.Aws;

/// <summary>A stack in AWS that was created from <c>deploy/template.yaml</c>, as the AWS CLI describes it.</summary>
/// <param name="Name">The stack's name.</param>
/// <param name="Region">The stack's region.</param>
/// <param name="Outputs">The stack's outputs, by key.</param>
public sealed record AwsStack(string Name, string Region, IReadOnlyDictionary<string, string> Outputs)
{
    /// <summary>The default name of the stack.</summary>
    public const string DefaultName = "order-system-dev";

    /// <summary>The template's output that contains the name of the orders table.</summary>
    public const string OrdersTableOutput = "OrdersTableName";

    private const string OrdersTable = "Orders";

    /// <summary>The prefix of the stack's table names.</summary>
    /// <exception cref="StackUnavailableException">The stack was created from another template.</exception>
    public string TablePrefix => PrefixOf(Outputs.GetValueOrDefault(OrdersTableOutput), Name);

    /// <summary>Derives the stack's parameter <c>TablePrefix</c> from its output <c>OrdersTableName</c>.</summary>
    /// <exception cref="StackUnavailableException">
    /// The stack has no output <c>OrdersTableName</c> that ends with <c>Orders</c>.
    /// </exception>
    public static string PrefixOf(string? ordersTable, string stack) => ordersTable is not null && ordersTable.EndsWith(OrdersTable, StringComparison.Ordinal)
        ? ordersTable[..^OrdersTable.Length]
        : throw new StackUnavailableException($"The stack {stack} has no output {OrdersTableOutput} that ends with {OrdersTable}, so it was not created from deploy/template.yaml.");

    /// <summary>Describes a stack with the AWS CLI.</summary>
    /// <exception cref="MissingToolException">The AWS CLI is not installed.</exception>
    /// <exception cref="StackUnavailableException">
    /// The region or the credentials are missing, the stack does not exist, or the stack cannot be used in its current status.
    /// </exception>
    public static async Task<AwsStack> FindAsync(string name, CancellationToken cancellationToken)
    {
        // Pass the region as an option, because version 1 of the AWS CLI does not read AWS_REGION.
        string[] region = Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } given ? ["--region", given] : [];
        var (exitCode, output) = await Tool.RunAsync("aws", ["cloudformation", "describe-stacks", "--stack-name", name, "--output", "json", .. region], cancellationToken);
        if (exitCode is null)
            throw new MissingToolException("--cloud aws needs the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html");
        if (exitCode != 0)
            throw new StackUnavailableException(Advice(name, output.Trim()));
        var found = AwsCliJson.Read(output, AwsCliJson.Default.DescribeStacksOutput).Stacks[0];
        if (found.StackStatus is not ("CREATE_COMPLETE" or "UPDATE_COMPLETE" or "UPDATE_ROLLBACK_COMPLETE" or "IMPORT_COMPLETE" or "UPDATE_IN_PROGRESS" or "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"))
            throw new StackUnavailableException($"The stack {name} is {found.StackStatus}, so nothing can run against it. Run deploy/deploy.sh: it says what to do.");
        return new AwsStack(name, found.StackId.Split(':')[3], (found.Outputs ?? []).ToDictionary(one => one.OutputKey, one => one.OutputValue));
    }

    private static string Advice(string name, string complaint) => complaint switch
    {
        _ when complaint.Contains("does not exist", StringComparison.Ordinal) =>
            $"There is no stack {name} in the region and account that the AWS CLI uses. Create it: deploy/deploy.sh --stack-name {name} "
                + "--s3-bucket NAME --parameters deploy/dev.parameters. Or use another: --stack NAME.",
        _ when complaint.Contains("specify a region", StringComparison.Ordinal) =>
            "No region is set. Set AWS_REGION, or run: aws configure set region eu-central-1",
        _ when complaint.Contains("credentials", StringComparison.OrdinalIgnoreCase) || complaint.Contains("Token", StringComparison.Ordinal) || complaint.Contains("SSO", StringComparison.Ordinal) =>
            $"AWS rejected the credentials: {complaint} Sign in (aws configure, aws sso login), or set AWS_PROFILE.",
        _ => $"The stack {name} could not be described: {complaint}",
    };
}

/// <summary>
/// Something that <c>--cloud aws</c> needs is missing; the message says what is missing and how to get it.
/// </summary>
public sealed class StackUnavailableException(string message) : Exception(message);

internal sealed record DescribeStacksOutput(IReadOnlyList<DescribedStack> Stacks);

internal sealed record DescribedStack(string StackId, string StackStatus, IReadOnlyList<DescribedOutput>? Outputs);

internal sealed record DescribedOutput(string OutputKey, string OutputValue);

[JsonSerializable(typeof(DescribeStacksOutput))]
[JsonSerializable(typeof(ExportedCredentials))]
internal sealed partial class AwsCliJson : JsonSerializerContext
{
    /// <summary>
    /// Reads the JSON at the start of the CLI's output, and ignores any notice after the JSON, such as a notice that a
    /// new CLI version is available.
    /// </summary>
    public static T Read<T>(string output, JsonTypeInfo<T> type)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(output));
        return JsonSerializer.Deserialize(ref reader, type)!;
    }
}
