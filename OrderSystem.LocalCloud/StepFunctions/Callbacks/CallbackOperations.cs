using System.Text.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>What workers and callbacks report of the tasks they hold a token of.</summary>
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
        callbacks.Succeed(request.Required("taskToken"), request.Required("output"));
        return ValueTask.CompletedTask;
    }

    private ValueTask Fail(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        callbacks.Fail(request.Required("taskToken"), request.Text("error"), request.Text("cause"));
        return ValueTask.CompletedTask;
    }

    private ValueTask Heartbeat(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        callbacks.Heartbeat(request.Required("taskToken"));
        return ValueTask.CompletedTask;
    }
}
