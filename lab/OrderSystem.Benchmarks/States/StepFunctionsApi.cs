using System.Net.Http.Headers;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Benchmarks.States;

/// <summary>A minimal Step Functions client, so that the benchmark measures the server rather than an SDK.</summary>
internal sealed class StepFunctionsApi(Uri endpoint, int connections) : IDisposable
{
    private const string TestCase = "bench";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = endpoint };

    /// <summary>Returns a mock configuration that contains the results of the workload's tasks.</summary>
    public static JsonObject MockConfiguration(Workload workload)
    {
        var states = new JsonObjectBuilder();
        var responses = new JsonObjectBuilder();
        foreach (var (state, result) in workload.Tasks)
        {
            states.Set(state, state);
            responses.Set(state, JsonObject.Of(("0", JsonObject.Of(("Return", result)))));
        }

        var testCases = JsonObject.Of(("TestCases", JsonObject.Of((TestCase, states.Build()))));
        return JsonObject.Of(("StateMachines", JsonObject.Of((workload.Name, testCases))), ("MockedResponses", responses.Build()));
    }

    /// <summary>Creates the workload's state machine.</summary>
    /// <returns>The ARN of the state machine, followed by <c>#</c> and the test case of the mock configuration.</returns>
    public async Task<string> CreateStateMachineAsync(Workload workload, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            "CreateStateMachine",
            JsonObject.Of(("name", workload.Name), ("definition", workload.Definition), ("roleArn", "arn:aws:iam::000000000000:role/bench")),
            cancellationToken);
        return $"{Text(answer, "stateMachineArn")}#{TestCase}";
    }

    /// <summary>Starts an execution, and calls DescribeExecution until the execution has ended.</summary>
    public async Task ExecuteAsync(string stateMachineArn, JsonObject input, CancellationToken cancellationToken)
    {
        var started = await CallAsync("StartExecution", JsonObject.Of(("stateMachineArn", stateMachineArn), ("input", input.ToJsonString())), cancellationToken);
        var request = JsonObject.Of(("executionArn", started["executionArn"]!));
        JsonObject execution;
        do
            execution = await CallAsync("DescribeExecution", request, cancellationToken);
        while (Text(execution, "status") == "RUNNING");
        if (Text(execution, "status") != "SUCCEEDED")
            throw new InvalidOperationException($"An execution did not succeed: {execution}");
    }

    public void Dispose() => _http.Dispose();

    private static string Text(JsonObject answer, string member) => ((JsonString)answer[member]!).Value;

    private async Task<JsonObject> CallAsync(string operation, JsonObject request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(request.ToUtf8Bytes()) };
        message.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = (JsonObject)JsonValue.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{operation}: {answer}");
    }
}
