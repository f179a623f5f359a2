using System.Globalization;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The operations on versions of state machines.</summary>
internal sealed class VersionOperations(StateMachineRegistry registry, TimeProvider time) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("PublishStateMachineVersion", Publish),
        ("ListStateMachineVersions", List),
        ("DeleteStateMachineVersion", Delete),
    ];

    private ValueTask Publish(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var machine = registry.Get(request.Required("stateMachineArn"));
        var wanted = request.Text("revisionId");
        var current = machine.Revision.Id ?? "INITIAL";
        if (wanted is not null && wanted != current)
            throw new AwsServiceException("ConflictException", $"Failed to publish the State Machine version for revision {wanted}. The current State Machine revision is {current}.", 409);
        var version = machine.Publish(request.Text("description"), time.GetUtcNow());
        response.WriteTime("creationDate", version.CreationDate);
        response.WriteString("stateMachineVersionArn", version.Arn);
        return registry.SaveAsync(machine);
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var maxResults = request.MaxResults(100);
        var token = request.NextToken();
        var machine = registry.Get(request.Required("stateMachineArn"));
        response.WritePage("stateMachineVersions", [.. machine.Versions.Reverse()], maxResults, token, version =>
        {
            response.WriteString("stateMachineVersionArn", version.Arn);
            response.WriteTime("creationDate", version.CreationDate);
        });
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = request.Required("stateMachineVersionArn");
        var parsed = StatesArn.Parse(arn);
        if (parsed.Rest.Length != 2 || !int.TryParse(parsed.Rest[1], CultureInfo.InvariantCulture, out var number))
            throw StepFunctionsErrors.Validation($"Value '{arn}' at 'stateMachineVersionArn' failed to satisfy constraint: Member must be the ARN of a version");
        if (registry.Find(arn[..arn.LastIndexOf(':')]) is not { } machine)
            return ValueTask.CompletedTask;
        var users = machine.Aliases.Where(alias => alias.Routes.Any(route => route.VersionArn == arn)).Select(alias => alias.Name).ToList();
        if (users.Count > 0)
            throw new AwsServiceException("ConflictException",
                $"Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{string.Join(", ", users)}]", 409);
        machine.DeleteVersion(number);
        return registry.SaveAsync(machine);
    }
}
