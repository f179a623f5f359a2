using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.ServiceDefaults;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Runs the task <c>states:startExecution</c>, with or without <c>.sync</c> or <c>.sync:2</c>.</summary>
/// <param name="executions">The store that contains the started child executions.</param>
/// <param name="engine">The engine that runs child executions; lazy, because the engine depends on all integrations.</param>
/// <param name="operations">The operations that start child executions; lazy, because the operations depend on the
/// engine.</param>
internal sealed class StepFunctionsIntegration(ExecutionStore executions, Lazy<ExecutionEngine> engine, Lazy<StartOperations> operations) : IServiceIntegration
{
    public string Service => "states";

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource.Api != "startExecution")
            throw IntegrationErrors.Unavailable(request);
        var parameters = request.Parameters as StatesObject ?? StatesObject.Empty;
        try
        {
            // By default the name is derived from the attempt's token, so that a resumed execution finds the child that
            // it started.
            var started = operations.Value.Start(
                (parameters["StateMachineArn"] as StatesString)?.Value ?? "",
                (parameters["Name"] as StatesString)?.Value ?? NameOf(request),
                (parameters["Input"] ?? StatesObject.Empty).ToJsonString(),
                request.Span.TraceId == default ? null : XRayTraceHeader.Format(request.Span));
            var requestId = Guid.NewGuid().ToString();
            return new(StatesObject.Of(
                ("ExecutionArn", started.Arn),
                ("SdkHttpMetadata", SdkMetadata.Http(requestId)),
                ("SdkResponseMetadata", SdkMetadata.Response(requestId)),
                ("StartDate", StatesNumber.Of(started.StartDate.ToUnixTimeMilliseconds()))));
        }
        catch (AwsServiceException exception)
        {
            throw new StatesErrorException(
                $"StepFunctions.{IntegrationErrors.NameOf(exception)}",
                $"{exception.Message} (Service: AWSStepFunctions; Status Code: {exception.StatusCode}; Error Code: {exception.Code}; Request ID: {Guid.NewGuid()}; Proxy: null)");
        }
    }

    public async ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken)
    {
        var arn = ((submitted as StatesObject)?["ExecutionArn"] as StatesString)?.Value ?? "";
        var child = executions.Find(arn)
            ?? throw new StatesErrorException(StatesErrors.Runtime, $"The child execution {arn} no longer exists");
        ExecutionResult result;
        try
        {
            result = await child.Ended.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The task has stopped waiting for the child execution, for example because it timed out.
            engine.Value.Abort(child);
            throw;
        }

        var description = Describe(child, result, parsesTexts: request.Resource.Action.EndsWith(":2", StringComparison.Ordinal));
        return result.Status == ExecutionStatus.Succeeded ? description : throw new StatesErrorException(StatesErrors.TaskFailed, description.ToJsonString());
    }

    private static StatesObject Describe(ExecutionRecord child, ExecutionResult result, bool parsesTexts)
    {
        var included = StatesObject.Of(("Included", true));
        var description = new StatesObjectBuilder(12);
        if (result.Cause is { } cause)
            description.Set("Cause", cause);
        if (result.Error is { } error)
            description.Set("Error", error);
        description.Set("ExecutionArn", child.Arn).Set("Input", parsesTexts ? child.Input : child.InputText).Set("InputDetails", included).Set("Name", child.Name);
        if (result.Output is { } output)
            description.Set("Output", parsesTexts ? output : output.ToJsonString()).Set("OutputDetails", included);
        description.Set("StartDate", StatesNumber.Of(child.StartDate.ToUnixTimeMilliseconds())).Set("StateMachineArn", child.StateMachine.Arn).Set("Status", result.Status.ToAwsName());
        if (child.StopDate is { } stopDate)
            description.Set("StopDate", StatesNumber.Of(stopDate.ToUnixTimeMilliseconds()));
        return description.Build();
    }

    private static string NameOf(TaskRequest request)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(request.Token));
        return new Guid(hash.AsSpan(0, 16)).ToString();
    }
}
