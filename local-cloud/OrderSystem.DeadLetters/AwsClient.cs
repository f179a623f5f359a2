using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.DeadLetters;

/// <summary>Calls the AWS operations that are needed to handle dead-letter messages, in the local cloud or in AWS.</summary>
public sealed class AwsClient
{
    private readonly AwsConnection _connection;

    internal AwsClient(AwsConnection connection) => _connection = connection;

    /// <summary>Calls an operation of SQS.</summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public Task<JsonObject> SqsAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonAsync("sqs", $"AmazonSQS.{operation}", "1.0", request, cancellationToken);

    /// <summary>Calls an operation of DynamoDB.</summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public Task<JsonObject> DynamoDbAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonAsync("dynamodb", $"DynamoDB_20120810.{operation}", "1.0", request, cancellationToken);

    /// <summary>Calls an operation of DynamoDB Streams.</summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public Task<JsonObject> StreamsAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonAsync("streams.dynamodb", $"DynamoDBStreams_20120810.{operation}", "1.0", request, cancellationToken);

    /// <summary>Calls an operation of Step Functions.</summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public Task<JsonObject> StatesAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        JsonAsync("states", $"AWSStepFunctions.{operation}", "1.0", request, cancellationToken);

    /// <summary>
    /// Invokes a Lambda function and waits for its response. Returns the response payload, and the value of
    /// <c>X-Amz-Function-Error</c> if the function failed.
    /// </summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public async Task<(byte[] Payload, string? FunctionError)> InvokeAsync(string function, JsonNode payload, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/2015-03-31/functions/{Uri.EscapeDataString(function)}/invocations", UriKind.Relative))
        {
            Content = new StringContent(payload.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var response = await _connection.SendAsync("lambda", request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Error(response, answer);
        return (answer, response.Headers.TryGetValues("X-Amz-Function-Error", out var error) ? error.First() : null);
    }

    /// <summary>Lists the event source mappings of a Lambda function.</summary>
    /// <exception cref="AwsErrorException">The service returned an error.</exception>
    public async Task<JsonArray> MappingsAsync(string function, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/2015-03-31/event-source-mappings/?FunctionName={Uri.EscapeDataString(function)}", UriKind.Relative));
        using var response = await _connection.SendAsync("lambda", request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonNode.Parse(answer)!["EventSourceMappings"]!.AsArray() : throw Error(response, answer);
    }

    private async Task<JsonObject> JsonAsync(string service, string target, string version, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue($"application/x-amz-json-{version}");
        request.Headers.Add("X-Amz-Target", target);
        using var response = await _connection.SendAsync(service, request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Error(response, answer);
        return answer.Length == 0 ? [] : JsonNode.Parse(answer, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
    }

    private static AwsErrorException Error(HttpResponseMessage response, byte[] answer)
    {
        JsonNode? error = null;
        try
        {
            error = JsonNode.Parse(answer);
        }
        catch (JsonException)
        {
            // The response is not an AWS error document, so report the HTTP status instead.
        }

        var type = (string?)error?["__type"]
            ?? (response.Headers.TryGetValues("x-amzn-ErrorType", out var header) ? header.First() : $"Http{(int)response.StatusCode}");
        return new AwsErrorException(type[(type.LastIndexOf('#') + 1)..].Split(':')[0], (string?)error?["message"] ?? (string?)error?["Message"] ?? "");
    }
}
