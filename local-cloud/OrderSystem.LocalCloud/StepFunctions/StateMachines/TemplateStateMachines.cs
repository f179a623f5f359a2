namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>Creates and updates the state machines that the template declares.</summary>
internal sealed class TemplateStateMachines(StateMachineRegistry registry, LocalCloudOptions options, TimeProvider time) : IStateMachineProvisioner
{
    public async ValueTask<string> CreateOrUpdateAsync(string name, string definition, string type, string roleArn, CancellationToken cancellationToken)
    {
        var arn = StatesArn.Of(options.Region, "stateMachine", ResourceName.Check(name));
        var existing = registry.Find(arn);
        if (existing is not null && existing.Revision.Definition == definition && existing.Revision.RoleArn == roleArn)
            return arn;
        var revision = registry.Compile(name, existing is null ? null : Guid.NewGuid().ToString(), definition, type, roleArn, logging: null, tracing: false);
        existing?.Update(revision);
        await registry.SaveAsync(existing ?? registry.GetOrAdd(new StateMachineResource(arn, name, type, time.GetUtcNow(), revision)));
        return arn;
    }
}
