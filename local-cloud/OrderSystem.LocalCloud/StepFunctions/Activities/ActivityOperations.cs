using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Activities;

/// <summary>The operations on activities, and <c>GetActivityTask</c>, with which workers poll for tasks.</summary>
internal sealed class ActivityOperations(ActivityRegistry registry, ExecutionStore executions, TimeProvider time) : IStepFunctionsOperations
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
        // A repeated request returns the existing activity, and the request's tags are ignored. See "CreateActivity" in the
        // Step Functions API Reference.
        var created = new Activity(StatesArn.Of(request.Caller.Region, "activity", name), name, time.GetUtcNow());
        created.Tags.Set(request.Array("tags"));
        var activity = registry.GetOrAdd(created);
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
        StatesArn.Parse(arn, "activity");
        return registry.RemoveAsync(arn);
    }

    private async ValueTask GetTaskAsync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var activity = Find(request);
        TaskRequest? task;
        do
        {
            task = await activity.TakeAsync(LongPoll, time, cancellationToken);
            if (task is null)
                return;
        }
        while (!Starts(task, request.Text("workerName")));
        await executions.FlushAsync();
        response.WriteString("taskToken", task.Token);
        response.WriteString("input", task.Parameters.ToJsonString());
    }

    /// <summary>Marks a task as started by a worker; returns false if the task has just timed out.</summary>
    private static bool Starts(TaskRequest task, string? worker)
    {
        try
        {
            task.StartedBy(worker);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
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
        StatesArn.Parse(arn, "activity");
        return registry.Find(arn) ?? throw StepFunctionsErrors.ActivityDoesNotExist(arn);
    }
}
