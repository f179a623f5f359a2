namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>What kind of work a task's resource names; each has events of its own.</summary>
public enum TaskKind
{
    /// <summary>A function by its ARN.</summary>
    LambdaFunction,

    /// <summary>An activity, done by workers that poll for it.</summary>
    Activity,

    /// <summary>A service integration, <c>arn:aws:states:::…</c>.</summary>
    ServiceIntegration,
}

/// <summary>When a task ends.</summary>
public enum IntegrationPattern
{
    /// <summary>With the answer to its request.</summary>
    RequestResponse,

    /// <summary>With the job that it started: <c>.sync</c>, <c>.sync:2</c>.</summary>
    RunJob,

    /// <summary>With a callback: <c>.waitForTaskToken</c>.</summary>
    WaitForTaskToken,
}

/// <summary>A task's <c>Resource</c>, taken apart.</summary>
public sealed record TaskResource
{
    private TaskResource(string arn) => Arn = arn;

    /// <summary>The resource as the definition has it.</summary>
    public string Arn { get; }

    /// <summary>What it names.</summary>
    public TaskKind Kind { get; private init; }

    /// <summary>When the task ends.</summary>
    public IntegrationPattern Pattern { get; private init; }

    /// <summary>The service of an integration, such as <c>sqs</c> or <c>aws-sdk:s3</c>; for functions <c>lambda</c>, for activities <c>activity</c>.</summary>
    public string Service { get; private init; } = "";

    /// <summary>The action with its pattern, such as <c>sendMessage.waitForTaskToken</c>; for functions and activities their name.</summary>
    public string Action { get; private init; } = "";

    /// <summary>The action without its pattern, such as <c>sendMessage</c>.</summary>
    public string Api => Action.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot && Kind == TaskKind.ServiceIntegration ? Action[..dot] : Action;

    /// <summary>The region in the ARN, if any.</summary>
    public string? Region { get; private init; }

    /// <summary>Takes a resource apart; what is no ARN of a function, an activity or an integration names no service.</summary>
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
