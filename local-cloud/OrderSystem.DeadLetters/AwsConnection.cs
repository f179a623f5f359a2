using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace OrderSystem.DeadLetters;

/// <summary>Sends signed requests to the local cloud or to AWS.</summary>
internal sealed class AwsConnection : IDisposable
{
    private readonly Func<string, Uri> _endpoint;
    private readonly HttpClient _http;

    private AwsConnection(Func<string, Uri> endpoint, HttpMessageHandler handler)
    {
        _endpoint = endpoint;
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(16) };
    }

    /// <summary>Connects to the local cloud and to DynamoDB Local.</summary>
    public static AwsConnection Local(Uri localCloud, Uri dynamoDb, string region) =>
        new(service => service is "dynamodb" or "streams.dynamodb" ? dynamoDb : localCloud,
            new SignatureV4Handler(region, () => new ImmutableCredentials("local", "local", null), TimeProvider.System));

    /// <summary>Connects to AWS with the credentials that the AWS SDK finds by default.</summary>
    public static AwsConnection Aws(string region) =>
        new(
            service => new Uri($"https://{service}.{region}.amazonaws.com"),
            new SignatureV4Handler(region, () => DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentials(), TimeProvider.System));

    /// <summary>Sends a signed request to a service.</summary>
    /// <param name="service">The first part of the service's host name, such as <c>streams.dynamodb</c>.</param>
    /// <param name="message">The request, with a relative URI.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<HttpResponseMessage> SendAsync(string service, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        message.RequestUri = new Uri(_endpoint(service), message.RequestUri!);
        message.Options.Set(SignatureV4Handler.Service, service[(service.LastIndexOf('.') + 1)..]);
        return _http.SendAsync(message, cancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
