using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>
/// A LocalCloud instance whose functions are implemented by the test, with a client for its Step Functions API.
/// </summary>
internal sealed class StepFunctionsServer : IFunctionInvoker, IAsyncDisposable
{
    private const string Role = "arn:aws:iam::000000000000:role/test";

    private LocalCloudHost? _host;
    private HttpClient? _client;

    /// <summary>
    /// Implements all functions: receives the payload and the trace header, and returns the response. If this delegate throws
    /// an <see cref="InvalidOperationException"/>, the invocation returns a function error.
    /// </summary>
    public Func<string, string?, Task<string>> Function { get; set; } = (payload, _) => Task.FromResult(payload);

    /// <summary>The names or ARNs with which functions were invoked.</summary>
    public ConcurrentQueue<string> Invoked { get; } = [];

    /// <summary>
    /// Starts LocalCloud. Executions that LocalCloud resumes when it starts already call <paramref name="function"/>.
    /// </summary>
    public static async Task<StepFunctionsServer> StartAsync(LocalCloudOptions? options = null, Func<string, string?, Task<string>>? function = null, TimeProvider? time = null)
    {
        var server = new StepFunctionsServer();
        server.Function = function ?? server.Function;
        server._host = await LocalCloudHost.StartAsync(
            (options ?? new LocalCloudOptions()) with { Port = 0 },
            TestContext.Current.CancellationToken,
            services => services.AddSingleton<IFunctionInvoker>(server).AddSingleton(time ?? TimeProvider.System));
        server._client = new HttpClient { BaseAddress = server._host.Address };
        return server;
    }

    public async Task<InvocationResult> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        Invoked.Enqueue(request.Function);
        try
        {
            return new(Encoding.UTF8.GetBytes(await Function(Encoding.UTF8.GetString(request.Payload.Span), request.TraceHeader).WaitAsync(cancellationToken)), null);
        }
        catch (InvalidOperationException thrown)
        {
            var error = new JsonObject { ["errorType"] = nameof(InvalidOperationException), ["errorMessage"] = thrown.Message };
            return new(Encoding.UTF8.GetBytes(error.ToJsonString()), "Unhandled");
        }
    }

    /// <summary>
    /// Calls an operation of Step Functions. If the call fails, the response has the error code in <c>__type</c>.
    /// </summary>
    public Task<JsonObject> CallAsync(string operation, JsonObject request) => AskAsync($"AWSStepFunctions.{operation}", request);

    /// <summary>Calls an operation of any service. If the call fails, the response has the error code in <c>__type</c>.</summary>
    public async Task<JsonObject> AskAsync(string target, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request.ToJsonString()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        message.Headers.Add("X-Amz-Target", target);
        using var response = await _client!.SendAsync(message, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
    }

    public async Task<string> CreateAsync(string definition, string name = "machine", string type = "STANDARD") =>
        (string)(await CallAsync("CreateStateMachine", new JsonObject { ["name"] = name, ["definition"] = definition, ["roleArn"] = Role, ["type"] = type }))["stateMachineArn"]!;

    public async Task<string> StartExecutionAsync(string stateMachineArn, string input = "{}", string? name = null) =>
        (string)(await CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = stateMachineArn, ["input"] = input, ["name"] = name }))["executionArn"]!;

    /// <summary>Waits until an execution has ended, and returns its description.</summary>
    public async Task<JsonObject> EndAsync(string executionArn)
    {
        while (true)
        {
            var described = await CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = executionArn });
            if ((string?)described["status"] != "RUNNING")
                return described;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Repeats a call until it returns the expected response.</summary>
    public async Task<JsonObject> UntilAsync(Func<Task<JsonObject>> ask, Predicate<JsonObject> isExpected)
    {
        while (true)
        {
            var answer = await ask();
            if (isExpected(answer))
                return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Returns the types of an execution's history events, in order.</summary>
    public async Task<List<string>> EventTypesAsync(string executionArn) =>
        [.. (await CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = executionArn }))["events"]!.AsArray().Select(historyEvent => (string)historyEvent!["type"]!)];

    public async Task<bool> IsHealthyAsync()
    {
        using var answer = await _client!.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
    }
}
