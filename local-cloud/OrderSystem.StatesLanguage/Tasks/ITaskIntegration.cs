using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>Runs the work of Task states. Errors are thrown as <see cref="StatesErrorException"/> with AWS's error names.</summary>
public interface ITaskIntegration
{
    /// <summary>
    /// Sends the request. Returns the task's result or, if the task completes later, the response to its submission.
    /// </summary>
    ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until a job, a callback or an activity worker completes the task, and returns its result. An execution calls
    /// this method again when it is resumed.
    /// </summary>
    /// <param name="request">The attempt to wait for.</param>
    /// <param name="submitted">The result of <see cref="CallAsync"/>.</param>
    /// <param name="cancellationToken">Cancelled on timeout or when the task is no longer needed.</param>
    ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken);
}
