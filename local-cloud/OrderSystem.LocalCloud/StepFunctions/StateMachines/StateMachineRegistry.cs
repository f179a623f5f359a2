using System.Collections.Concurrent;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.StepFunctions.Storage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The state machines of the account.</summary>
internal sealed class StateMachineRegistry(TimeProvider time, ResourceStore store)
{
    private readonly ConcurrentDictionary<string, StateMachineResource> _byArn =
        new(store.LoadStateMachines().Select(machine => KeyValuePair.Create(machine.Arn, machine)), StringComparer.Ordinal);

    /// <summary>All state machines, ordered by name.</summary>
    public IReadOnlyList<StateMachineResource> All => [.. _byArn.Values.OrderBy(machine => machine.Name, StringComparer.Ordinal)];

    public StateMachineResource? Find(string arn) => _byArn.GetValueOrDefault(arn);

    /// <summary>Returns the state machine with the given ARN. The ARN of a version or an alias is not accepted.</summary>
    /// <exception cref="AwsServiceException">The state machine does not exist.</exception>
    public StateMachineResource Get(string arn)
    {
        StatesArn.Parse(arn, "stateMachine");
        return Find(arn) ?? throw StepFunctionsErrors.StateMachineDoesNotExist(arn);
    }

    /// <summary>Resolves an ARN to a state machine, a version or an alias.</summary>
    /// <exception cref="AwsServiceException">The state machine, version or alias does not exist.</exception>
    public StateMachineTarget Resolve(string arn)
    {
        var parsed = StatesArn.Parse(arn, "stateMachine");
        if (Find(arn) is { } machine)
            return new StateMachineTarget(machine, null, null);
        if (parsed.Rest.Length == 2 && Find(arn[..arn.LastIndexOf(':')]) is { } qualified)
        {
            if (int.TryParse(parsed.Rest[1], System.Globalization.CultureInfo.InvariantCulture, out var number) && qualified.FindVersion(number) is { } version)
                return new StateMachineTarget(qualified, version, null);
            if (qualified.Aliases.Find(alias => alias.Name == parsed.Rest[1]) is { } found)
                return new StateMachineTarget(qualified, VersionOf(found, qualified), found);
        }

        throw StepFunctionsErrors.StateMachineDoesNotExist(arn);
    }

    /// <summary>Adds a state machine, or returns the existing state machine with the same ARN.</summary>
    public StateMachineResource GetOrAdd(StateMachineResource machine) => _byArn.GetOrAdd(machine.Arn, machine);

    /// <summary>Saves a state machine to disk if a data folder is configured.</summary>
    public ValueTask SaveAsync(StateMachineResource machine) => store.SaveAsync(machine);

    public ValueTask RemoveAsync(string arn)
    {
        _byArn.TryRemove(arn, out _);
        return store.DeleteAsync("stateMachine", arn);
    }

    /// <summary>Validates and compiles a definition, and returns it as a new revision of its state machine.</summary>
    /// <exception cref="AwsServiceException"><c>InvalidDefinition</c>: the definition is invalid.</exception>
    public StateMachineRevision Compile(string name, string? id, string definition, string type, string roleArn, StatesObject? logging, bool tracing)
    {
        var faults = DefinitionValidator.Validate(definition, isExpress: type == "EXPRESS");
        if (faults.Count > 0)
            throw StepFunctionsErrors.InvalidDefinition(
                string.Join(", ", faults.Select(fault =>
                fault.Code == Diagnostic.InvalidJson ? $"{fault.Code}: {JacksonWording.Of(definition)}" : fault.ToString())));
        try
        {
            return new StateMachineRevision(id, definition, StateMachine.Parse(name, definition), roleArn, time.GetUtcNow())
            {
                LoggingConfiguration = logging ?? Logging.Off,
                TracingEnabled = tracing,
            };
        }
        catch (DefinitionException exception)
        {
            throw StepFunctionsErrors.InvalidDefinition($"SCHEMA_VALIDATION_FAILED: {exception.Message} at {(exception.Location.Length == 0 ? "/" : exception.Location)}");
        }
    }

    private static StateMachineVersion VersionOf(StateMachineAlias alias, StateMachineResource machine)
    {
        var dice = Random.Shared.Next(100);
        var route = alias.Routes.Count == 1 || dice < alias.Routes[0].Weight ? alias.Routes[0] : alias.Routes[1];
        return machine.Versions.Single(version => version.Arn == route.VersionArn);
    }
}

/// <summary>
/// The target of an ARN: a state machine, one of its versions, or an alias together with the version that the alias selected.
/// </summary>
internal sealed record StateMachineTarget(StateMachineResource Machine, StateMachineVersion? Version, StateMachineAlias? Alias)
{
    public StateMachineRevision Revision => Version?.Revision ?? Machine.Revision;
}
