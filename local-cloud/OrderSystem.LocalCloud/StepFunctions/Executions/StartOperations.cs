using System.Text;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>
/// The operations that start executions: <c>StartExecution</c>, and <c>StartSyncExecution</c>, which waits for an EXPRESS
/// execution to end.
/// </summary>
internal sealed class StartOperations(StateMachineRegistry registry, ExecutionEngine engine, MockConfiguration mocks, TimeProvider time) : IStepFunctionsOperations
{
    private static readonly TimeSpan BillingStep = TimeSpan.FromMilliseconds(100);

    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("StartExecution", Start),
        ("StartSyncExecution", StartSync),
    ];

    /// <summary>Starts an execution as <c>StartExecution</c> does; the ARN may name a version or alias.</summary>
    /// <exception cref="AwsServiceException">The execution cannot be started.</exception>
    public ExecutionRecord Start(string stateMachineArn, string? name, string input, string? traceHeader, string? givenTraceHeader = null)
    {
        var record = Prepare(stateMachineArn, name, input, traceHeader, givenTraceHeader);
        if (record.StateMachine.IsExpress)
        {
            engine.StartExpress(record);
            return record;
        }

        var started = engine.Start(record);
        if (!ReferenceEquals(started, record) && !(started.IsRunning && started.Input.Equals(record.Input) && started.StateMachine.Arn == record.StateMachine.Arn))
            throw StepFunctionsErrors.ExecutionAlreadyExists(started.Arn);
        return started;
    }

    private ValueTask Start(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var record = Start(request.Required("stateMachineArn"), request.Text("name"), request.Text("input") ?? "{}",
            request.Text("traceHeader") ?? request.Caller.TraceHeader, request.Text("traceHeader"));
        response.WriteString("executionArn", record.Arn);
        response.WriteTime("startDate", record.StartDate);
        return engine.FlushAsync();
    }

    private async ValueTask StartSync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var record = Prepare(request.Required("stateMachineArn"), request.Text("name"), request.Text("input") ?? "{}",
            request.Text("traceHeader") ?? request.Caller.TraceHeader, request.Text("traceHeader"));
        if (!record.StateMachine.IsExpress)
            throw StepFunctionsErrors.StateMachineTypeNotSupported();
        var result = await engine.RunExpressAsync(record, cancellationToken);
        record.End(result, time.GetUtcNow());
        ExecutionJson.WriteSyncResult(response, record, Billed(record));
    }

    private static long Billed(ExecutionRecord record)
    {
        var steps = Math.Ceiling((record.StopDate!.Value - record.StartDate) / BillingStep);
        return (long)(Math.Max(1, steps) * BillingStep.TotalMilliseconds);
    }

    private ExecutionRecord Prepare(string stateMachineArn, string? name, string input, string? traceHeader, string? givenTraceHeader)
    {
        // As in Step Functions Local, the ARN may end with '#' and the name of a test case of the mock configuration.
        var hash = stateMachineArn.IndexOf('#', StringComparison.Ordinal);
        var target = registry.Resolve(hash < 0 ? stateMachineArn : stateMachineArn[..hash]);
        var testCase = hash < 0 ? null : stateMachineArn[(hash + 1)..];
        if (testCase is not null && !mocks.Contains(target.Machine.Name, testCase))
            throw StepFunctionsErrors.Rule($"The mock configuration has no test case '{testCase}' of the state machine '{target.Machine.Name}': {mocks.Describe(target.Machine.Name)}");
        var executionName = name is null ? Guid.NewGuid().ToString() : ResourceName.Check(name);
        var region = target.Machine.Arn.Split(':')[3];
        return new ExecutionRecord
        {
            Arn = target.Machine.IsExpress
                ? StatesArn.Of(region, "express", target.Machine.Name, executionName, Guid.NewGuid().ToString())
                : StatesArn.Of(region, "execution", target.Machine.Name, executionName),
            Name = executionName,
            StateMachine = target.Machine,
            Revision = target.Revision,
            VersionArn = target.Version?.Arn,
            AliasArn = target.Alias?.Arn,
            InputText = input,
            Input = ReadInput(input),
            StartDate = time.GetUtcNow(),
            TraceHeader = traceHeader,
            GivenTraceHeader = givenTraceHeader,
            MockTestCase = testCase,
        };
    }

    private static StatesValue ReadInput(string text)
    {
        if (text.Length > Execution.MaxPayloadSize || Encoding.UTF8.GetByteCount(text) > Execution.MaxPayloadSize)
            throw StepFunctionsErrors.Validation($"Value at 'input' failed to satisfy constraint: Member must have length less than or equal to {Execution.MaxPayloadSize}");
        try
        {
            return StatesValue.Parse(text);
        }
        catch (JsonException)
        {
            throw StepFunctionsErrors.InvalidInput(JacksonWording.Of(text));
        }
    }
}
