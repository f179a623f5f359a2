using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Activities;

/// <summary>An activity, with the tasks that wait for a worker and the workers that wait for a task.</summary>
internal sealed class Activity(string arn, string name, DateTimeOffset creationDate)
{
    private readonly LinkedList<TaskRequest> _tasks = [];
    private readonly LinkedList<TaskCompletionSource<TaskRequest>> _workers = [];
    private readonly Lock _lock = new();

    public string Arn => arn;

    public string Name => name;

    public DateTimeOffset CreationDate => creationDate;

    public Tags Tags { get; } = new();

    /// <summary>Gives a task to the worker that has waited longest, or queues the task if no worker is waiting.</summary>
    public void Offer(TaskRequest task)
    {
        lock (_lock)
        {
            while (_workers.First is { } worker)
            {
                _workers.RemoveFirst();
                if (worker.Value.TrySetResult(task))
                    return;
            }

            _tasks.AddLast(task);
        }
    }

    /// <summary>Removes a task from the queue, if no worker has taken it.</summary>
    public void Withdraw(TaskRequest task)
    {
        lock (_lock)
            _tasks.Remove(task);
    }

    /// <summary>
    /// Takes the task that has waited longest, or waits for a task; null if none arrives within
    /// <paramref name="patience"/>.
    /// </summary>
    public async Task<TaskRequest?> TakeAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource<TaskRequest> worker;
        lock (_lock)
        {
            if (_tasks.First is { } task)
            {
                _tasks.RemoveFirst();
                return task.Value;
            }

            worker = new TaskCompletionSource<TaskRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _workers.AddLast(worker);
        }

        try
        {
            return await worker.Task.WaitAsync(patience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
                _workers.Remove(worker);
            // A task may have been given to this worker just as its wait ended: offer that task to the next worker.
            if (!worker.TrySetCanceled(CancellationToken.None))
                Offer(await worker.Task);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
