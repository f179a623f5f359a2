using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;
using Aspire.Hosting;

namespace OrderSystem.LocalCloud.Hosting.Stack;

/// <summary>Reads LocalCloud's stack through the CloudFormation API, and calls the APIs of the stack's resources.</summary>
internal sealed class StackClient(LocalCloudResource resource)
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);
    private static readonly XNamespace Xml = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

    // LocalCloud listens on the loopback address only, so use no proxy. Do not retry either, because retries would hide
    // that LocalCloud does not respond.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>
    /// A trace context with sampling turned off, because polling every few seconds would fill the list of traces.
    /// </summary>
    private const string Untraced = $"00-{UntracedId}-b7ad6b7169203331-00";

    /// <summary>The trace id of the trace context with sampling turned off.</summary>
    internal const string UntracedId = "0af7651916cd43dd8448eb211c80319c";

    /// <summary>Waits until the stack is provisioned and returns its resources.</summary>
    /// <exception cref="DistributedApplicationException">The stack could not be provisioned.</exception>
    public async Task<IReadOnlyList<DescribedResource>> GetResourcesAsync(CancellationToken cancellationToken)
    {
        await WaitForStackAsync(cancellationToken);
        var response = await QueryAsync("DescribeStackResources", cancellationToken);
        return [.. response.Descendants(Xml + "member").Select(member => new DescribedResource(
            member.Element(Xml + "LogicalResourceId")!.Value,
            member.Element(Xml + "ResourceType")!.Value,
            member.Element(Xml + "ResourceStatusReason") is null ? member.Element(Xml + "PhysicalResourceId")?.Value : null))];
    }

    /// <summary>Waits until the stack is provisioned and returns the value of an output.</summary>
    /// <exception cref="DistributedApplicationException">The stack could not be provisioned, or has no such output.</exception>
    public async Task<string> GetOutputAsync(string name, CancellationToken cancellationToken)
    {
        var outputs = (await WaitForStackAsync(cancellationToken)).Element(Xml + "Outputs")!.Elements()
            .ToDictionary(output => output.Element(Xml + "OutputKey")!.Value, output => output.Element(Xml + "OutputValue")!.Value);
        return outputs.TryGetValue(name, out var value) ? value
            : throw new DistributedApplicationException($"The stack of {resource.Name} has no output {name}. Its outputs: {(outputs.Count == 0 ? "none" : string.Join(", ", outputs.Keys))}.");
    }

    /// <summary>
    /// Returns the environment variables that the template declares for a function. Lambda API:
    /// <c>GetFunctionConfiguration</c>.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> GetFunctionEnvironmentAsync(string function, CancellationToken cancellationToken)
    {
        var configuration = await CallLambdaAsync(HttpMethod.Get, $"/2015-03-31/functions/{Uri.EscapeDataString(function)}/configuration", body: null, cancellationToken);
        return configuration.GetProperty("Environment").GetProperty("Variables").EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!);
    }

    /// <summary>Calls an operation of a service that uses AWS's JSON protocol.</summary>
    /// <param name="service">The name of the service in the credential scope, for example <c>sqs</c>.</param>
    /// <param name="target">The value of the <c>X-Amz-Target</c> header.</param>
    /// <param name="body">The request, which is serialized to JSON.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="HttpRequestException">
    /// The call failed; the message contains the status and the body of the response.
    /// </exception>
    /// <param name="traced">Whether LocalCloud records a span for the call.</param>
    public async Task<JsonElement> CallAsync(string service, string target, object body, CancellationToken cancellationToken, bool traced = false)
    {
        var content = new StringContent(JsonSerializer.Serialize(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Add("X-Amz-Target", target);
        return await ReadAsync(await SendAsync(service, request, cancellationToken, traced), cancellationToken);
    }

    /// <summary>Calls an operation of Lambda's REST API.</summary>
    /// <exception cref="HttpRequestException">
    /// The call failed; the message contains the status and the body of the response.
    /// </exception>
    public async Task<JsonElement> CallLambdaAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await ReadAsync(await SendAsync("lambda", request, cancellationToken), cancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"{(int)response.StatusCode}: {text}", inner: null, response.StatusCode);
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
        }
    }

    private async Task<XElement> WaitForStackAsync(CancellationToken cancellationToken)
    {
        if (resource.TemplatePath is null)
            throw new DistributedApplicationException($"{resource.Name} has no template, so it has no stack: add WithTemplate.");
        while (true)
        {
            if (resource.Annotations.OfType<RestartPolicy>().Any(policy => policy.HasAbandoned))
                throw new DistributedApplicationException(
                    $"{resource.Name} failed too often, so its stack does not exist. Its log says why: fix the cause, start {resource.Name} again, then start this resource.");
            if (await FindStackAsync(cancellationToken) is { } stack)
            {
                switch (stack.Element(Xml + "StackStatus")!.Value)
                {
                    case "CREATE_COMPLETE":
                        return stack;
                    case "CREATE_FAILED":
                        throw new DistributedApplicationException($"The stack of {resource.Name} could not be provisioned: {stack.Element(Xml + "StackStatusReason")?.Value}");
                }
            }

            await Task.Delay(BetweenQuestions, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<XElement?> FindStackAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await QueryAsync("DescribeStacks", cancellationToken)).Descendants(Xml + "member").FirstOrDefault();
        }
        catch (Exception error) when (
            error is HttpRequestException { StatusCode: null or HttpStatusCode.BadRequest }
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // LocalCloud is not listening yet, or has not read the template yet.
            return null;
        }
    }

    private async Task<XElement> QueryAsync(string action, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new FormUrlEncodedContent([new("Action", action), new("Version", "2010-05-15"), new("StackName", resource.StackName)]),
        };
        using var response = await SendAsync("cloudformation", request, cancellationToken);
        return XElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(string service, HttpRequestMessage request, CancellationToken cancellationToken, bool traced = false)
    {
        using (request)
        {
            var endpoint = service == "dynamodb" && resource.DynamoDBEndpoint is { } dynamoDb ? dynamoDb : resource.Endpoint;
            var address = await endpoint.GetValueAsync(cancellationToken) ?? throw new InvalidOperationException($"{resource.Name} has no address yet.");
            request.RequestUri = new Uri(new Uri(address), request.RequestUri!);
            request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=local/20260101/{resource.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
            if (!traced)
                request.Headers.Add("traceparent", Untraced);
            return await Http.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>A resource of the stack, as CloudFormation describes it.</summary>
/// <param name="LogicalId">The resource's name in the template.</param>
/// <param name="Type">The resource type, for example <c>AWS::SQS::Queue</c>.</param>
/// <param name="PhysicalId">The value of <c>Ref</c>; null if the resource is not provisioned locally.</param>
internal sealed record DescribedResource(string LogicalId, string Type, string? PhysicalId);
