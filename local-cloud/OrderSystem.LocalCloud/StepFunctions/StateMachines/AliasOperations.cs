using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The operations on aliases of state machines.</summary>
internal sealed class AliasOperations(StateMachineRegistry registry, TimeProvider time) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("CreateStateMachineAlias", Create),
        ("UpdateStateMachineAlias", Update),
        ("DescribeStateMachineAlias", Describe),
        ("ListStateMachineAliases", List),
        ("DeleteStateMachineAlias", Delete),
    ];

    private ValueTask Create(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var name = AliasRules.CheckName(request.Required("name"));
        var routes = AliasRules.ReadRoutes(request.Array("routingConfiguration"));
        var machine = MachineOf(routes);
        var description = request.Text("description");
        if (machine.Aliases.Find(alias => alias.Name == name) is { } existing)
        {
            if (!existing.Routes.SequenceEqual(routes) || existing.Description != description)
                throw new AwsServiceException("ConflictException", "Failed to create alias because an alias with the same name and a different routing configuration already exists.", 409);
            Answer(existing);
            return ValueTask.CompletedTask;
        }

        var now = time.GetUtcNow();
        var created = new StateMachineAlias($"{machine.Arn}:{name}", name, description, routes, now, now);
        machine.Aliases.Add(created);
        Answer(created);
        return registry.SaveAsync(machine);

        void Answer(StateMachineAlias alias)
        {
            response.WriteString("stateMachineAliasArn", alias.Arn);
            response.WriteTime("creationDate", alias.CreationDate);
        }
    }

    private ValueTask Update(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var (machine, alias) = Find(request.Required("stateMachineAliasArn"));
        if (!request.Has("description") && !request.Has("routingConfiguration"))
            throw new AwsServiceException("MissingRequiredParameter", "Either the description or the RoutingConfiguration must be specified");
        var routes = alias.Routes;
        if (request.Has("routingConfiguration"))
        {
            routes = AliasRules.ReadRoutes(request.Array("routingConfiguration"));
            MachineOf(routes);
        }

        var updated = alias with { Description = request.Text("description") ?? alias.Description, Routes = routes, UpdateDate = time.GetUtcNow() };
        machine.Aliases[machine.Aliases.IndexOf(alias)] = updated;
        response.WriteTime("updateDate", updated.UpdateDate);
        return registry.SaveAsync(machine);
    }

    private ValueTask Describe(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var (_, alias) = Find(request.Required("stateMachineAliasArn"));
        response.WriteString("stateMachineAliasArn", alias.Arn);
        response.WriteString("name", alias.Name);
        response.WriteOptional("description", alias.Description);
        response.WriteStartArray("routingConfiguration");
        foreach (var route in alias.Routes)
        {
            response.WriteStartObject();
            response.WriteString("stateMachineVersionArn", route.VersionArn);
            response.WriteNumber("weight", route.Weight);
            response.WriteEndObject();
        }

        response.WriteEndArray();
        response.WriteTime("creationDate", alias.CreationDate);
        response.WriteTime("updateDate", alias.UpdateDate);
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var maxResults = request.MaxResults(100);
        var token = request.NextToken();
        var target = registry.Resolve(request.Required("stateMachineArn"));
        var aliases = target.Machine.Aliases.Where(alias => target.Version is null || alias.Routes.Any(route => route.VersionArn == target.Version.Arn)).ToList();
        response.WritePage("stateMachineAliases", aliases, maxResults, token, alias =>
        {
            response.WriteString("stateMachineAliasArn", alias.Arn);
            response.WriteTime("creationDate", alias.CreationDate);
        });
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = request.Required("stateMachineAliasArn");
        StatesArn.Parse(arn);
        if (registry.Find(arn[..arn.LastIndexOf(':')]) is not { } machine)
            return ValueTask.CompletedTask;
        machine.Aliases.RemoveAll(alias => alias.Arn == arn);
        return registry.SaveAsync(machine);
    }

    private (StateMachineResource Machine, StateMachineAlias Alias) Find(string arn)
    {
        StatesArn.Parse(arn);
        var machine = registry.Find(arn[..arn.LastIndexOf(':')]);
        var alias = machine?.Aliases.Find(candidate => candidate.Arn == arn);
        return alias is null ? throw StepFunctionsErrors.ResourceNotFound(arn) : (machine!, alias);
    }

    private StateMachineResource MachineOf(IReadOnlyList<AliasRoute> routes)
    {
        var machines = routes.Select(route => registry.Find(route.VersionArn[..route.VersionArn.LastIndexOf(':')])).ToList();
        for (var i = 0; i < routes.Count; i++)
        {
            var machine = machines[i];
            if (machine?.Versions.Any(version => version.Arn == routes[i].VersionArn) != true)
                throw StepFunctionsErrors.ResourceNotFound(routes[i].VersionArn);
        }

        return machines.Distinct().Count() == 1
            ? machines[0]!
            : throw StepFunctionsErrors.Rule("Routing configuration must contain versions of the same state machine.");
    }
}
