using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Starts executions of the order workflow.</summary>
public interface IWorkflowStarter
{
    /// <summary>Starts an execution with the given name; repeating the call with the same name and input has no effect.</summary>
    /// <param name="name">The execution's name, at most 80 characters.</param>
    /// <param name="input">The execution's input, as JSON.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// True if the call started the execution; false if the execution existed already. If the existing execution is still
    /// running, an implementation may return true instead of false.
    /// </returns>
    /// <exception cref="WorkflowConflictException">An execution with this name but a different input already exists.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The workflow service can't be reached or is overloaded; repeat the call.
    /// </exception>
    Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken);
}

/// <summary>An execution with the same name but a different input already exists.</summary>
public sealed class WorkflowConflictException(string message) : Exception(message);
