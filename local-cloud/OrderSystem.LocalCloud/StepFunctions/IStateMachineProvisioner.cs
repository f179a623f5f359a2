namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Creates the state machines of a template.</summary>
public interface IStateMachineProvisioner
{
    /// <summary>Creates a state machine, or updates the state machine of that name.</summary>
    /// <param name="name">The state machine's name.</param>
    /// <param name="definition">The definition in the Amazon States Language, with substitutions made.</param>
    /// <param name="type"><c>STANDARD</c> or <c>EXPRESS</c>.</param>
    /// <param name="roleArn">The execution role.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state machine's ARN.</returns>
    /// <exception cref="Http.AwsServiceException">The definition or the name is invalid.</exception>
    ValueTask<string> CreateOrUpdateAsync(string name, string definition, string type, string roleArn, CancellationToken cancellationToken);
}
