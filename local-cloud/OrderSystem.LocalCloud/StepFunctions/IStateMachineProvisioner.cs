namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Lets the template's provisioning declare state machines.</summary>
public interface IStateMachineProvisioner
{
    /// <summary>Creates the state machine, or updates the one of that name.</summary>
    /// <param name="name">The state machine's name.</param>
    /// <param name="definition">The Amazon States Language text, its substitutions made.</param>
    /// <param name="type"><c>STANDARD</c> or <c>EXPRESS</c>.</param>
    /// <param name="roleArn">The execution role.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state machine's ARN.</returns>
    /// <exception cref="Http.AwsServiceException">The definition or the name is refused.</exception>
    ValueTask<string> CreateOrUpdateAsync(string name, string definition, string type, string roleArn, CancellationToken cancellationToken);
}
