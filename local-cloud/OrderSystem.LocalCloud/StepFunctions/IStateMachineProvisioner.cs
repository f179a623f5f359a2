namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Creates and updates the state machines that a template declares.</summary>
public interface IStateMachineProvisioner
{
    /// <summary>Creates a state machine, or updates the existing state machine with that name.</summary>
    /// <param name="name">The state machine's name.</param>
    /// <param name="definition">The definition in the Amazon States Language, after the template's substitutions.</param>
    /// <param name="type">The type of the state machine: <c>STANDARD</c> or <c>EXPRESS</c>.</param>
    /// <param name="roleArn">The ARN of the execution role.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state machine's ARN.</returns>
    /// <exception cref="Http.AwsServiceException">The definition or the name is invalid.</exception>
    ValueTask<string> CreateOrUpdateAsync(string name, string definition, string type, string roleArn, CancellationToken cancellationToken);
}
