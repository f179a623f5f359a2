using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Starts workflows.</summary>
public interface IWorkflowStarter
{
    /// <summary>Starts the order workflow under a name; a second start with the same name and input changes nothing.</summary>
    /// <param name="name">The execution's name, at most 80 characters.</param>
    /// <param name="input">The execution's input, as JSON.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False where that execution was there before. Of one that still runs a service may answer as it answered its start.</returns>
    /// <exception cref="WorkflowConflictException">The name belongs to an execution with another input.</exception>
    /// <exception cref="StoreUnavailableException">The service can't be reached or is overloaded; repeat the call.</exception>
    Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken);
}

/// <summary>An execution's name is taken by one with another input.</summary>
public sealed class WorkflowConflictException(string message) : Exception(message);
