using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>
/// The operations with which workers and callbacks report the outcome or the progress of a task. The task token selects
/// the task.
/// </summary>
internal sealed class CallbackOperations(TaskCallbacks callbacks) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("SendTaskSuccess", Succeed),
        ("SendTaskFailure", Fail),
        ("SendTaskHeartbeat", Heartbeat),
    ];

    private ValueTask Succeed(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var token = request.Required("taskToken");
        try
        {
            return callbacks.EndAsync(token, new TaskOutcome(StatesValue.Parse(request.Required("output")), null, null));
        }
        catch (JsonException exception)
        {
            throw new AwsServiceException("InvalidOutput", $"Invalid Output: '{exception.Message}'");
        }
    }

    private ValueTask Fail(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken) =>
        callbacks.EndAsync(request.Required("taskToken"), new TaskOutcome(null, request.Text("error"), request.Text("cause")));

    private ValueTask Heartbeat(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        callbacks.Heartbeat(request.Required("taskToken"));
        return ValueTask.CompletedTask;
    }
}
