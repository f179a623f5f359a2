using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>An ARN of the service, <c>arn:aws:states:region:account:type:…</c>, taken apart.</summary>
/// <param name="Text">The ARN.</param>
/// <param name="Type"><c>stateMachine</c>, <c>execution</c>, <c>express</c>, <c>activity</c> or <c>mapRun</c>.</param>
/// <param name="Rest">What follows the type.</param>
internal sealed record StatesArn(string Text, string Type, string[] Rest)
{
    /// <summary>Takes an ARN apart.</summary>
    /// <exception cref="AwsServiceException">It is none of this service.</exception>
    public static StatesArn Parse(string arn)
    {
        var parts = arn.Split(':');
        if (parts.Length < 7 || parts[0] != "arn" || parts[2] != "states")
            throw StepFunctionsErrors.InvalidArn(arn);
        return new StatesArn(arn, parts[5], parts[6..]);
    }

    /// <summary>Takes the ARN of an execution of a standard state machine apart.</summary>
    /// <exception cref="AwsServiceException">It is none, or one of something else.</exception>
    public static StatesArn ParseExecution(string arn) => Parse(arn, "execution");

    /// <summary>Takes the ARN of a resource of one type apart.</summary>
    /// <exception cref="AwsServiceException">It is none, or one of something else.</exception>
    public static StatesArn Parse(string arn, string type)
    {
        var parsed = Parse(arn);
        return parsed.Type == type ? parsed : throw StepFunctionsErrors.InvalidResourceType(parsed.Type);
    }

    public static string Of(string region, string type, params ReadOnlySpan<string> rest) =>
        $"arn:aws:states:{region}:{LocalCloudOptions.AccountId}:{type}:{string.Join(':', rest)}";
}
