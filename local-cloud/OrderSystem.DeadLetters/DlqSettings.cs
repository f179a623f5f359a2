namespace OrderSystem.DeadLetters;

/// <summary>Default values for the options of <see cref="DlqCommand"/>.</summary>
/// <param name="Queue">The name of the dead-letter queue.</param>
/// <param name="Endpoint">The address of the local cloud.</param>
/// <param name="DynamoDbEndpoint">The address of DynamoDB Local.</param>
/// <param name="Region">The AWS region to which requests are sent.</param>
public sealed record DlqSettings(string Queue, Uri Endpoint, Uri DynamoDbEndpoint, string Region)
{
    /// <summary>
    /// Reads the defaults from <c>AWS_ENDPOINT_URL</c>, <c>AWS_ENDPOINT_URL_DYNAMODB</c>, <c>AWS_REGION</c> and
    /// <c>AWS_DEFAULT_REGION</c>.
    /// </summary>
    /// <param name="queue">The name of the dead-letter queue.</param>
    /// <exception cref="InvalidOperationException">An address in an environment variable is malformed.</exception>
    public static DlqSettings FromEnvironment(string queue) => new(
        queue,
        Address("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        Address("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
        Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? "us-east-1");

    private static Uri Address(string variable, string standard)
    {
        var value = Variable(variable) ?? standard;
        return Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new InvalidOperationException($"{variable} is '{value}', but must be an address such as {standard}.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
