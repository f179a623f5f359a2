using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.DynamoDb;

/// <summary>
/// Calls DynamoDB and DynamoDB Streams over HTTP, with the AWS JSON 1.0 protocol. The AWS SDK is not used, because its streams
/// client is not on every NuGet feed, and because responses are passed on as the JSON that was received. See the DynamoDB API
/// Reference.
/// </summary>
internal sealed class DynamoDbClient : IDisposable
{
    private const string Tables = "DynamoDB_20120810";
    private const string Streams = "DynamoDBStreams_20120810";
    private const string GetRecordsTarget = $"{Streams}.GetRecords";

    /// <summary>The maximum number of records that one <c>GetRecords</c> call returns.</summary>
    public const int PageLimit = 1000;

    private static readonly MediaTypeHeaderValue ContentType = new("application/x-amz-json-1.0");

    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly string _authorization;

    public DynamoDbClient(LocalCloudOptions options)
    {
        // No propagator: keep these calls out of traces, because polling a stream is not part of processing an order.
        _http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        _root = new Uri(options.DynamoDbEndpoint, "/");
        // DynamoDB Local requires a signature, but does not verify it.
        var key = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is { Length: > 0 } id ? id : "local";
        _authorization = $"AWS4-HMAC-SHA256 Credential={key}/20120810/{options.Region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    }

    /// <summary>Calls an operation of DynamoDB.</summary>
    /// <exception cref="AwsServiceException">DynamoDB returned an error.</exception>
    /// <exception cref="HttpRequestException">The endpoint did not respond.</exception>
    public async Task<JsonObject> CallAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonNode.Parse(await SendAsync(Tables, operation, request, cancellationToken))!.AsObject();

    /// <summary>Calls an operation of DynamoDB Streams.</summary>
    /// <inheritdoc cref="CallAsync"/>
    public async Task<JsonObject> CallStreamsAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonNode.Parse(await SendAsync(Streams, operation, request, cancellationToken))!.AsObject();

    /// <summary>Calls <c>GetRecords</c> and returns the response body unchanged.</summary>
    public Task<byte[]> GetRecordsAsync(string shardIterator, int limit, CancellationToken cancellationToken) =>
        SendAsync(GetRecordsTarget, GetRecordsRequest(shardIterator, limit), cancellationToken);

    /// <summary>Calls <c>GetRecords</c> and blocks the calling thread until the response arrives.</summary>
    /// <param name="request">The request body, from <see cref="GetRecordsRequest"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <inheritdoc cref="CallAsync"/>
    public byte[] GetRecords(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var message = Message(GetRecordsTarget, request);
        using var response = _http.Send(message, cancellationToken);
        using var content = response.Content.ReadAsStream(cancellationToken);
        var answer = new byte[content.Length];
        content.ReadExactly(answer);
        return response.IsSuccessStatusCode ? answer : throw Error(answer, (int)response.StatusCode);
    }

    /// <summary>Creates the request body of <c>GetRecords</c>.</summary>
    public static ReadOnlyMemory<byte> GetRecordsRequest(string shardIterator, int limit = PageLimit)
    {
        var body = new ArrayBufferWriter<byte>(320);
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("ShardIterator", shardIterator);
        writer.WriteNumber("Limit", Math.Min(limit, PageLimit));
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    public void Dispose() => _http.Dispose();

    private Task<byte[]> SendAsync(string service, string operation, JsonObject request, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
            request.WriteTo(writer);
        return SendAsync($"{service}.{operation}", body.WrittenMemory, cancellationToken);
    }

    private HttpRequestMessage Message(string target, ReadOnlyMemory<byte> body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _root) { Content = new ReadOnlyMemoryContent(body) };
        message.Content.Headers.ContentType = ContentType;
        message.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        message.Headers.TryAddWithoutValidation("Authorization", _authorization);
        return message;
    }

    private async Task<byte[]> SendAsync(string target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var message = Message(target, body);
        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
            return answer;
        throw Error(answer, (int)response.StatusCode);
    }

    private static AwsServiceException Error(byte[] answer, int status)
    {
        try
        {
            var error = JsonNode.Parse(answer)!;
            var type = (string?)error["__type"] ?? "InternalFailure";
            return new AwsServiceException(type[(type.LastIndexOf('#') + 1)..], (string?)error["message"] ?? (string?)error["Message"] ?? "", status);
        }
        catch (JsonException)
        {
            return new AwsServiceException("InternalFailure", System.Text.Encoding.UTF8.GetString(answer), status);
        }
    }
}
