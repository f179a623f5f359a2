using System.Globalization;

namespace OrderSystem.LocalCloud;

/// <summary>LocalCloud's settings, from the command line and the environment.</summary>
public sealed record LocalCloudOptions
{
    /// <summary>The account id in every ARN.</summary>
    public const string AccountId = OrderSystem.CloudFormation.LocalAccount.Id;

    /// <summary>A megabyte, in bytes.</summary>
    public const long Megabyte = 1024 * 1024;

    /// <summary>The port on the loopback address; 0 to use any free port.</summary>
    public int Port { get; init; } = 4566;

    /// <summary>
    /// Host names to accept besides loopback names, separated by semicolons; null to use the configuration key
    /// <c>AllowedHosts</c>.
    /// </summary>
    public string? AllowedHosts { get; init; }

    /// <summary>The path of the CloudFormation template to provision from; null to start without any resources.</summary>
    public string? TemplatePath { get; init; }

    /// <summary>
    /// Values of the template's parameters. A parameter without a value here has the default value from the template.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The stack's name: <c>AWS::StackName</c> in the template.</summary>
    public string StackName { get; init; } = "order-system";

    /// <summary>The folder that stores state between runs; null to keep state in memory only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The address of DynamoDB Local.</summary>
    public Uri DynamoDbEndpoint { get; init; } = new("http://127.0.0.1:8000");

    /// <summary>The region in every ARN.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The maximum number of closed Step Functions executions to keep in memory.</summary>
    public int RetainedExecutions { get; init; } = 10_000;

    /// <summary>The approximate memory limit for closed Step Functions executions, in bytes.</summary>
    public long RetainedBytes { get; init; } = 512 * Megabyte;

    /// <summary>The factor, from 0 to 1, by which waits, timeouts and retry intervals of Step Functions are multiplied.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>The path of a mock configuration file in the format of Step Functions Local; null for none.</summary>
    public string? MockConfigurationPath { get; init; }

    /// <summary>
    /// The folder whose subfolders represent the S3 buckets that ItemReader and ResultWriter use; null for none.
    /// </summary>
    public string? ObjectsDirectory { get; init; }

    /// <summary>
    /// Returns the default settings, overridden by the environment variables <c>AWS_ENDPOINT_URL_DYNAMODB</c>,
    /// <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, <c>SFN_MOCK_CONFIG</c>, <c>SFN_RETAINED_EXECUTIONS</c>,
    /// <c>SFN_RETAINED_MEGABYTES</c> and <c>LOCAL_S3_DIRECTORY</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A variable has an invalid value.</exception>
    public static LocalCloudOptions FromEnvironment()
    {
        var defaults = new LocalCloudOptions();
        return defaults with
        {
            DynamoDbEndpoint = Variable("AWS_ENDPOINT_URL_DYNAMODB") is { } endpoint ? Address(endpoint) : defaults.DynamoDbEndpoint,
            Region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? defaults.Region,
            MockConfigurationPath = Variable("SFN_MOCK_CONFIG"),
            ObjectsDirectory = Variable("LOCAL_S3_DIRECTORY"),
            RetainedExecutions = Number("SFN_RETAINED_EXECUTIONS") ?? defaults.RetainedExecutions,
            RetainedBytes = Number("SFN_RETAINED_MEGABYTES") * Megabyte ?? defaults.RetainedBytes,
        };
    }

    private static int? Number(string name) => Variable(name) is not { } value ? null
        : int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
        : throw new InvalidOperationException($"{name} is '{value}', but must be a non-negative integer.");

    private static Uri Address(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new InvalidOperationException($"AWS_ENDPOINT_URL_DYNAMODB is '{endpoint}', but must be an address such as http://127.0.0.1:8000.");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
