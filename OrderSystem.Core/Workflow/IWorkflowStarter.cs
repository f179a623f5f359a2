using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Starts executions of the order workflow.</summary>
public interface IWorkflowStarter
{
    /// <summary>Starts an execution under a name; a repeated start with the same name and input changes nothing.</summary>
    /// <param name="name">The execution's name, at most 80 characters.</param>
    /// <param name="input">The execution's input, as JSON.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// False if the execution existed already. If the existing execution is still running, an implementation may return
    /// true instead.
    /// </returns>
    /// <exception cref="WorkflowConflictException">The name belongs to an execution with a different input.</exception>
    /// <exception cref="StoreUnavailableException">The service can't be reached or is overloaded; repeat the call.</exception>
    Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken);
}

/// <summary>An execution with the same name but a different input already exists.</summary>
public sealed class WorkflowConflictException(string message) : Exception(message);
