namespace OrderSystem.DeadLetters;

/// <summary>The defaults of <see cref="DlqCommand"/>.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Endpoint">The local cloud's address.</param>
/// <param name="DynamoDbEndpoint">DynamoDB Local's address.</param>
/// <param name="Region">The region of requests and signatures.</param>
public sealed record DlqSettings(string Queue, Uri Endpoint, Uri DynamoDbEndpoint, string Region)
{
    /// <summary>Reads <c>AWS_ENDPOINT_URL</c>, <c>AWS_ENDPOINT_URL_DYNAMODB</c>, <c>AWS_REGION</c> and <c>AWS_DEFAULT_REGION</c>.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <exception cref="InvalidOperationException">An address is malformed.</exception>
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
