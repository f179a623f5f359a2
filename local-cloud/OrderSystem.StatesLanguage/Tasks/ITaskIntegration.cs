using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>Does what Task states ask for. Errors are thrown as <see cref="StatesErrorException"/>, named as AWS names them.</summary>
public interface ITaskIntegration
{
    /// <summary>Makes the request. Its answer is the task's result, or with a waiting pattern what the service answered to the start.</summary>
    ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken);

    /// <summary>Waits for the end of a job, a callback or an activity's worker, and answers the task's result. Called anew when an execution is resumed.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="submitted">What <see cref="CallAsync"/> answered.</param>
    /// <param name="cancellationToken">Cancelled on timeout or when the task is no longer needed.</param>
    ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken);
}
