using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>
/// Runs the work of Task states. If the work fails, an implementation throws a <see cref="StatesErrorException"/> with
/// AWS's error name.
/// </summary>
public interface ITaskIntegration
{
    /// <summary>
    /// Sends the request to the task's resource. Returns the task's result or, if the task completes later, the
    /// response to the request.
    /// </summary>
    ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until a job, a callback or an activity worker completes the task, and returns the task's result. A resumed
    /// execution calls this method again for a task that has not completed.
    /// </summary>
    /// <param name="request">The request of the attempt to wait for.</param>
    /// <param name="submitted">
    /// The result of <see cref="CallAsync"/>; JSON null for an activity, for which <see cref="CallAsync"/> is not
    /// called.
    /// </param>
    /// <param name="cancellationToken">Cancelled on timeout or when the task is no longer needed.</param>
    ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken);
}
