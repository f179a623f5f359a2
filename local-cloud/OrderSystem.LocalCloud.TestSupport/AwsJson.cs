using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// Calls a service that uses the AWS JSON protocol. Each request has a placeholder signature: LocalCloud and DynamoDB Local do
/// not verify signatures.
/// </summary>
public sealed class AwsJson(Uri address, string service) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    /// <exception cref="HttpRequestException">The service does not respond, or it returned an error.</exception>
    public async Task<JsonObject> CallAsync(string target, JsonObject request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0")) };
        message.Headers.Add("X-Amz-Target", target);
        message.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(answer)!.AsObject()
            : throw new HttpRequestException($"{target} returned status {(int)response.StatusCode}: {answer}", null, response.StatusCode);
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => _http.IsHealthyAsync(cancellationToken);

    public void Dispose() => _http.Dispose();
}
