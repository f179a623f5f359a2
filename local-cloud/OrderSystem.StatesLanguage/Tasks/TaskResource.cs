namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>The kind of a task's resource. Each kind has its own event types.</summary>
public enum TaskKind
{
    /// <summary>A Lambda function, given by its ARN.</summary>
    LambdaFunction,

    /// <summary>An activity, whose workers poll for tasks.</summary>
    Activity,

    /// <summary>A service integration, <c>arn:aws:states:::…</c>.</summary>
    ServiceIntegration,
}

/// <summary>The service integration pattern, which decides when a task ends.</summary>
public enum IntegrationPattern
{
    /// <summary>The task ends when the response to its request arrives.</summary>
    RequestResponse,

    /// <summary>The task ends when the job that it started ends (<c>.sync</c>, <c>.sync:2</c>).</summary>
    RunJob,

    /// <summary>The task ends when a callback returns its task token (<c>.waitForTaskToken</c>).</summary>
    WaitForTaskToken,
}

/// <summary>The parsed <c>Resource</c> field of a task.</summary>
public sealed record TaskResource
{
    private TaskResource(string arn) => Arn = arn;

    /// <summary>The resource as written in the definition.</summary>
    public string Arn { get; }

    /// <summary>The kind of the resource.</summary>
    public TaskKind Kind { get; private init; }

    /// <summary>The service integration pattern, which decides when the task ends.</summary>
    public IntegrationPattern Pattern { get; private init; }

    /// <summary>
    /// The service of an integration, such as <c>sqs</c> or <c>aws-sdk:s3</c>; <c>lambda</c> for a function,
    /// <c>activity</c> for an activity.
    /// </summary>
    public string Service { get; private init; } = "";

    /// <summary>
    /// The action with its pattern, such as <c>sendMessage.waitForTaskToken</c>; for a function or an activity, its name.
    /// </summary>
    public string Action { get; private init; } = "";

    /// <summary>The action without its pattern, such as <c>sendMessage</c>.</summary>
    public string Api => Action.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot && Kind == TaskKind.ServiceIntegration ? Action[..dot] : Action;

    /// <summary>The region in the ARN; null if the ARN has no region.</summary>
    public string? Region { get; private init; }

    /// <summary>Parses a resource. For an unknown resource, such as a placeholder, <see cref="Service"/> is empty.</summary>
    public static TaskResource Parse(string arn)
    {
        var parts = arn.Split(':');
        if (parts.Length < 6 || parts[0] != "arn")
            return new TaskResource(arn) { Kind = TaskKind.ServiceIntegration, Action = arn };
        var region = parts[3].Length > 0 ? parts[3] : null;
        if (parts[2] == "lambda")
            return new TaskResource(arn) { Kind = TaskKind.LambdaFunction, Service = "lambda", Action = string.Join(':', parts[6..]), Region = region };
        if (parts[2] == "states" && parts[5] == "activity" && parts.Length > 6)
            return new TaskResource(arn) { Kind = TaskKind.Activity, Service = "activity", Action = parts[6], Region = region };
        if (parts[2] != "states" || parts.Length < 7)
            return new TaskResource(arn) { Kind = TaskKind.ServiceIntegration, Action = arn, Region = region };
        var isSdk = parts[5] == "aws-sdk" && parts.Length > 7;
        var action = string.Join(':', parts[(isSdk ? 7 : 6)..]);
        return new TaskResource(arn)
        {
            Kind = TaskKind.ServiceIntegration,
            Service = isSdk ? "aws-sdk:" + parts[6] : parts[5],
            Action = action,
            Region = region,
            Pattern = action.EndsWith(".waitForTaskToken", StringComparison.Ordinal) ? IntegrationPattern.WaitForTaskToken
                : action.EndsWith(".sync", StringComparison.Ordinal) || action.EndsWith(".sync:2", StringComparison.Ordinal) ? IntegrationPattern.RunJob
                : IntegrationPattern.RequestResponse,
        };
    }
}
