using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.Activities;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The operations on tags of state machines and activities.</summary>
internal sealed class TagOperations(StateMachineRegistry machines, ActivityRegistry activities) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("TagResource", Tag),
        ("UntagResource", Untag),
        ("ListTagsForResource", List),
    ];

    private ValueTask Tag(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        if (!request.Has("tags"))
            throw StepFunctionsErrors.Validation("Value null at 'tags' failed to satisfy constraint: Member must not be null");
        return ChangeAsync(request, tags => tags.Set(request.Array("tags")));
    }

    private ValueTask Untag(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        if (!request.Has("tagKeys"))
            throw StepFunctionsErrors.Validation("Value null at 'tagKeys' failed to satisfy constraint: Member must not be null");
        return ChangeAsync(request, tags => tags.Remove(request.Array("tagKeys")));
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        response.WriteStartArray("tags");
        foreach (var (key, value) in Find(request).All)
        {
            response.WriteStartObject();
            response.WriteString("key", key);
            response.WriteString("value", value);
            response.WriteEndObject();
        }

        response.WriteEndArray();
        return ValueTask.CompletedTask;
    }

    private ValueTask ChangeAsync(StepFunctionsRequest request, Action<Tags> change)
    {
        change(Find(request));
        var arn = request.Required("resourceArn");
        return machines.Find(arn) is { } machine ? machines.SaveAsync(machine) : activities.SaveAsync(activities.Find(arn)!);
    }

    private Tags Find(StepFunctionsRequest request)
    {
        var arn = request.Required("resourceArn");
        StatesArn.Parse(arn);
        return machines.Find(arn)?.Tags ?? activities.Find(arn)?.Tags ?? throw StepFunctionsErrors.ResourceNotFound(arn);
    }
}
