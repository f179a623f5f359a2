using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>Records every request that a client of the AWS SDK sends.</summary>
internal sealed class CallRecorder : HttpClientFactory
{
    public ConcurrentQueue<AwsCall> Calls { get; } = new();

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Recording(Calls));

    private sealed class Recording(ConcurrentQueue<AwsCall> calls) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            foreach (var call in AwsCall.Read(request.Headers.GetValues("X-Amz-Target").Single(), body))
                calls.Enqueue(call);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
