using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.Crashes.Clouds;

/// <summary>Asks services in AWS's JSON protocol. Nobody here checks a signature, only that there is one.</summary>
internal sealed class AwsJson(Uri address, string service) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    /// <exception cref="HttpRequestException">Nobody answers, or the service refused.</exception>
    public async Task<JsonObject> CallAsync(string target, JsonObject request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0")) };
        message.Headers.Add("X-Amz-Target", target);
        message.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(answer)!.AsObject()
            : throw new HttpRequestException($"{target} is answered {(int)response.StatusCode}: {answer}", null, response.StatusCode);
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => OrdersClient.IsHealthyAsync(_http, cancellationToken);

    public void Dispose() => _http.Dispose();
}
