using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The operations on state machines: create, update, describe, list and delete.</summary>
internal sealed class StateMachineOperations(StateMachineRegistry registry, ExecutionStore executions, TimeProvider time) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("CreateStateMachine", Create),
        ("UpdateStateMachine", Update),
        ("DescribeStateMachine", Describe),
        ("DescribeStateMachineForExecution", DescribeForExecution),
        ("ListStateMachines", List),
        ("DeleteStateMachine", Delete),
    ];

    private ValueTask Create(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var name = ResourceName.Check(request.Required("name"));
        var definition = request.Required("definition");
        var roleArn = RoleArn.Check(request.Required("roleArn"));
        var type = request.Text("type") ?? "STANDARD";
        if (type is not ("STANDARD" or "EXPRESS"))
            throw StepFunctionsErrors.Validation($"Value '{type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]");
        var publish = request.Flag("publish");
        if (request.Text("versionDescription") is not null && !publish)
            throw StepFunctionsErrors.Rule("Version description can only be set when publish is true");
        var logging = Logging.Read(request);
        var arn = StatesArn.Of(request.Caller.Region, "stateMachine", name);
        var revision = registry.Compile(name, null, definition, type, roleArn, logging, Tracing(request) ?? false);
        var machine = new StateMachineResource(arn, name, type, time.GetUtcNow(), revision);
        machine.Tags.Set(request.Array("tags"));
        var stored = registry.GetOrAdd(machine);
        // A repeated CreateStateMachine request may contain a different role or different tags. They are ignored. See
        // "CreateStateMachine" in the Step Functions API Reference.
        if (!ReferenceEquals(stored, machine) && !IsSame(stored, revision with { RoleArn = stored.Revision.RoleArn }, type))
            throw StepFunctionsErrors.StateMachineAlreadyExists(arn);
        response.WriteString("stateMachineArn", arn);
        response.WriteTime("creationDate", stored.CreationDate);
        if (publish)
            response.WriteString("stateMachineVersionArn", stored.Publish(request.Text("versionDescription"), time.GetUtcNow()).Arn);
        return registry.SaveAsync(stored);
    }

    private ValueTask Update(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var machine = registry.Get(request.Required("stateMachineArn"));
        var (definition, roleArn, logging, tracing) = (request.Text("definition"), request.Text("roleArn") is { } role ? RoleArn.Check(role) : null, Logging.Read(request), Tracing(request));
        var publish = request.Flag("publish");
        if (definition is null && roleArn is null && logging is null && tracing is null)
            throw new Http.AwsServiceException("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified");
        if (request.Text("versionDescription") is not null && !publish)
            throw StepFunctionsErrors.Rule("Version description can only be set when publish is true");
        var before = machine.Revision;
        var after = registry.Compile(machine.Name, Guid.NewGuid().ToString(), definition ?? before.Definition, machine.Type,
            roleArn ?? before.RoleArn, logging ?? before.LoggingConfiguration, tracing ?? before.TracingEnabled);
        if (IsSame(machine, after, machine.Type))
            after = before;
        else
            machine.Update(after);
        response.WriteTime("updateDate", after.UpdateDate);
        response.WriteOptional("revisionId", after.Id);
        if (publish)
            response.WriteString("stateMachineVersionArn", machine.Publish(request.Text("versionDescription"), time.GetUtcNow()).Arn);
        return registry.SaveAsync(machine);
    }

    private ValueTask Describe(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var target = registry.Resolve(request.Required("stateMachineArn"));
        response.WriteString("stateMachineArn", target.Version?.Arn ?? target.Machine.Arn);
        response.WriteString("name", target.Machine.Name);
        response.WriteString("status", "ACTIVE");
        response.WriteString("definition", target.Revision.Definition);
        response.WriteString("roleArn", target.Revision.RoleArn);
        response.WriteString("type", target.Machine.Type);
        response.WriteTime("creationDate", target.Version?.CreationDate ?? target.Machine.CreationDate);
        WriteSettings(response, target.Revision);
        response.WriteOptional("revisionId", target.Revision.Id);
        response.WriteOptional("description", target.Version?.Description);
        VariableReferencesJson.Write(response, target.Revision);
        return ValueTask.CompletedTask;
    }

    private ValueTask DescribeForExecution(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = StatesArn.ParseExecution(request.Required("executionArn")).Text;
        var record = executions.Find(arn) ?? throw StepFunctionsErrors.ExecutionDoesNotExist(arn);
        response.WriteString("stateMachineArn", record.StateMachine.Arn);
        response.WriteString("name", record.StateMachine.Name);
        response.WriteString("definition", record.Revision.Definition);
        response.WriteString("roleArn", record.Revision.RoleArn);
        response.WriteTime("updateDate", record.Revision.UpdateDate);
        WriteSettings(response, record.Revision);
        response.WriteOptional("mapRunArn", record.MapRunArn);
        response.WriteOptional("label", record.MapRunArn is { } mapRun ? MapRun.LabelOf(mapRun) : null);
        response.WriteOptional("revisionId", record.Revision.Id);
        VariableReferencesJson.Write(response, record.Revision);
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        response.WritePage("stateMachines", registry.All, request.MaxResults(100), request.NextToken(), machine =>
        {
            response.WriteString("stateMachineArn", machine.Arn);
            response.WriteString("name", machine.Name);
            response.WriteString("type", machine.Type);
            response.WriteTime("creationDate", machine.CreationDate);
        });
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = request.Required("stateMachineArn");
        StatesArn.Parse(arn, "stateMachine");
        return registry.RemoveAsync(arn);
    }

    private static bool IsSame(StateMachineResource machine, StateMachineRevision other, string type) =>
        machine.Type == type
        && machine.Revision.Definition == other.Definition
        && machine.Revision.RoleArn == other.RoleArn
        && machine.Revision.TracingEnabled == other.TracingEnabled
        && machine.Revision.LoggingConfiguration.Equals(other.LoggingConfiguration);

    private static bool? Tracing(StepFunctionsRequest request) => request.Body["tracingConfiguration"] is StatesObject tracing ? tracing["enabled"] is StatesBoolean { Value: true } : null;

    private static void WriteSettings(Utf8JsonWriter response, StateMachineRevision revision)
    {
        response.WritePropertyName("loggingConfiguration");
        revision.LoggingConfiguration.WriteTo(response);
        response.WriteStartObject("tracingConfiguration");
        response.WriteBoolean("enabled", revision.TracingEnabled);
        response.WriteEndObject();
        response.WriteStartObject("encryptionConfiguration");
        response.WriteString("type", "AWS_OWNED_KEY");
        response.WriteEndObject();
    }
}
