using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrderSystem.Lambda.Runtime;

/// <summary>
/// A client of the Lambda Runtime API. AWS Lambda Developer Guide: "Using the Lambda runtime API for custom runtimes".
/// </summary>
/// <remarks>This client is used instead of the package Amazon.Lambda.RuntimeSupport.</remarks>
/// <param name="client">The HTTP client. The client's timeout must be infinite, because the next event may be hours away.</param>
/// <param name="baseAddress">The API's address, including the version: <c>http://host:port/2018-06-01/</c>.</param>
public sealed class RuntimeApiClient(HttpClient client, Uri baseAddress)
{
    /// <summary>The API's version, as it appears in URL paths.</summary>
    public const string Version = "2018-06-01";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri _next = new(baseAddress, "runtime/invocation/next");

    /// <summary>Waits for the next event.</summary>
    /// <exception cref="HttpRequestException">The API can't be reached, or returned an error.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(_next, cancellationToken);
        response.EnsureSuccessStatusCode();
        var payload = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var requestId = Header(response, "Lambda-Runtime-Aws-Request-Id")
            ?? throw new HttpRequestException("The Runtime API sent an event without the header Lambda-Runtime-Aws-Request-Id.");
        var deadline = long.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.MaxValue;
        return new Invocation(requestId, payload, deadline, Header(response, "Lambda-Runtime-Invoked-Function-Arn") ?? "", Header(response, "Lambda-Runtime-Trace-Id"));
    }

    /// <summary>Sends the response to an invocation.</summary>
    /// <returns>
    /// Null if the Runtime API accepts the response. If the Runtime API rejects the response, for example because it is too
    /// late or too large, the status and the body of the rejection.
    /// </returns>
    /// <exception cref="HttpRequestException">The API can't be reached, or returned an error.</exception>
    public Task<(int Status, string Reason)?> RespondAsync(string requestId, ReadOnlyMemory<byte> response, CancellationToken cancellationToken) =>
        PostAsync($"runtime/invocation/{requestId}/response", response, errorType: null, cancellationToken);

    /// <summary>Sends the error of a failed invocation.</summary>
    /// <inheritdoc cref="RespondAsync" />
    public Task<(int Status, string Reason)?> FailAsync(string requestId, InvocationError error, CancellationToken cancellationToken) =>
        PostAsync($"runtime/invocation/{requestId}/error", Serialize(error), error.ErrorType, cancellationToken);

    /// <summary>Reports that the function failed to initialize.</summary>
    /// <inheritdoc cref="RespondAsync" />
    public Task<(int Status, string Reason)?> FailInitAsync(InvocationError error, CancellationToken cancellationToken) =>
        PostAsync("runtime/init/error", Serialize(error), error.ErrorType, cancellationToken);

    private static byte[] Serialize(InvocationError error) => JsonSerializer.SerializeToUtf8Bytes(error, RuntimeJson.Default.InvocationError);

    private async Task<(int Status, string Reason)?> PostAsync(string path, ReadOnlyMemory<byte> body, string? errorType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(baseAddress, path)) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        if (errorType is not null)
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge)
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        response.EnsureSuccessStatusCode();
        return null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
