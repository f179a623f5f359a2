using System.Net.Http.Headers;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Benchmarks.States;

/// <summary>
/// A minimal Step Functions client, so that the benchmark measures the server rather than the AWS SDK.
/// </summary>
internal sealed class StepFunctionsApi(Uri endpoint, int connections) : IDisposable
{
    private const string TestCase = "bench";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = endpoint };

    /// <summary>Returns a mock configuration that contains the results of the workload's tasks.</summary>
    public static StatesObject MockConfiguration(Workload workload)
    {
        var states = new StatesObjectBuilder();
        var responses = new StatesObjectBuilder();
        foreach (var (state, result) in workload.Tasks)
        {
            states.Set(state, state);
            responses.Set(state, StatesObject.Of(("0", StatesObject.Of(("Return", result)))));
        }

        var testCases = StatesObject.Of(("TestCases", StatesObject.Of((TestCase, states.Build()))));
        return StatesObject.Of(("StateMachines", StatesObject.Of((workload.Name, testCases))), ("MockedResponses", responses.Build()));
    }

    /// <summary>Creates the workload's state machine.</summary>
    /// <returns>The ARN of the state machine, followed by <c>#</c> and the test case of the mock configuration.</returns>
    public async Task<string> CreateStateMachineAsync(Workload workload, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            "CreateStateMachine",
            StatesObject.Of(("name", workload.Name), ("definition", workload.Definition), ("roleArn", "arn:aws:iam::000000000000:role/bench")),
            cancellationToken);
        return $"{Text(answer, "stateMachineArn")}#{TestCase}";
    }

    /// <summary>Starts an execution, and calls DescribeExecution until the execution has ended.</summary>
    public async Task ExecuteAsync(string stateMachineArn, StatesObject input, CancellationToken cancellationToken)
    {
        var started = await CallAsync("StartExecution", StatesObject.Of(("stateMachineArn", stateMachineArn), ("input", input.ToJsonString())), cancellationToken);
        var request = StatesObject.Of(("executionArn", started["executionArn"]!));
        StatesObject execution;
        do
            execution = await CallAsync("DescribeExecution", request, cancellationToken);
        while (Text(execution, "status") == "RUNNING");
        if (Text(execution, "status") != "SUCCEEDED")
            throw new InvalidOperationException($"An execution did not succeed: {execution}");
    }

    public void Dispose() => _http.Dispose();

    private static string Text(StatesObject answer, string member) => ((StatesString)answer[member]!).Value;

    private async Task<StatesObject> CallAsync(string operation, StatesObject request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(request.ToUtf8Bytes()) };
        message.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = (StatesObject)StatesValue.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{operation}: {answer}");
    }
}
