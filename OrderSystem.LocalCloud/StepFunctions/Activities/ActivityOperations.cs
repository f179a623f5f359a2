using System.Text.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Activities;

/// <summary>Creating, describing and deleting activities, and workers asking for tasks.</summary>
internal sealed class ActivityOperations(ActivityRegistry registry, TimeProvider time) : IStepFunctionsOperations
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(60);

    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("CreateActivity", Create),
        ("DescribeActivity", Describe),
        ("ListActivities", List),
        ("DeleteActivity", Delete),
        ("GetActivityTask", GetTaskAsync),
    ];

    private ValueTask Create(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var name = ResourceName.Check(request.Required("name"));
        var activity = registry.GetOrAdd(StatesArn.Of(request.Caller.Region, "activity", name), name, time.GetUtcNow());
        activity.Tags.Set(request.Array("tags"));
        response.WriteString("activityArn", activity.Arn);
        response.WriteTime("creationDate", activity.CreationDate);
        return registry.SaveAsync(activity);
    }

    private ValueTask Describe(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var activity = Find(request);
        WriteIdentity(response, activity);
        response.WriteStartObject("encryptionConfiguration");
        response.WriteString("type", "AWS_OWNED_KEY");
        response.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        response.WritePage("activities", registry.All, request.MaxResults(100), request.NextToken(), activity => WriteIdentity(response, activity));
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = request.Required("activityArn");
        StatesArn.Parse(arn);
        return registry.RemoveAsync(arn);
    }

    private async ValueTask GetTaskAsync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var activity = Find(request);
        if (await activity.TakeAsync(LongPoll, time, cancellationToken) is not { } task)
            return;
        await task.StartedByAsync(request.Text("workerName"));
        response.WriteString("taskToken", task.Token);
        response.WriteString("input", task.Parameters.ToJsonString());
    }

    private static void WriteIdentity(Utf8JsonWriter response, Activity activity)
    {
        response.WriteString("activityArn", activity.Arn);
        response.WriteString("name", activity.Name);
        response.WriteTime("creationDate", activity.CreationDate);
    }

    private Activity Find(StepFunctionsRequest request)
    {
        var arn = request.Required("activityArn");
        StatesArn.Parse(arn);
        return registry.Find(arn) ?? throw StepFunctionsErrors.ActivityDoesNotExist(arn);
    }
}
