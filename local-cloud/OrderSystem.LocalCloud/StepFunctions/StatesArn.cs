using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>A parsed ARN of a Step Functions resource: <c>arn:aws:states:region:account:type:…</c>.</summary>
/// <param name="Text">The text of the ARN.</param>
/// <param name="Type">The resource type: <c>stateMachine</c>, <c>execution</c>, <c>express</c>, <c>activity</c> or
/// <c>mapRun</c>.</param>
/// <param name="Rest">The parts of the ARN after the resource type.</param>
internal sealed record StatesArn(string Text, string Type, string[] Rest)
{
    /// <summary>Parses the ARN of any Step Functions resource.</summary>
    /// <exception cref="AwsServiceException">The text is not the ARN of a Step Functions resource.</exception>
    public static StatesArn Parse(string arn)
    {
        var parts = arn.Split(':');
        if (parts.Length < 7 || parts[0] != "arn" || parts[2] != "states")
            throw StepFunctionsErrors.InvalidArn(arn);
        return new StatesArn(arn, parts[5], parts[6..]);
    }

    /// <summary>Parses the ARN of an execution of a standard state machine.</summary>
    /// <exception cref="AwsServiceException">The text is not the ARN of an execution of a standard state machine.</exception>
    public static StatesArn ParseExecution(string arn) => Parse(arn, "execution");

    /// <summary>Parses the ARN of a resource of the given type.</summary>
    /// <exception cref="AwsServiceException">The text is not the ARN of a resource of this type.</exception>
    public static StatesArn Parse(string arn, string type)
    {
        var parsed = Parse(arn);
        return parsed.Type == type ? parsed : throw StepFunctionsErrors.InvalidResourceType(parsed.Type);
    }

    public static string Of(string region, string type, params ReadOnlySpan<string> rest) =>
        $"arn:aws:states:{region}:{LocalCloudOptions.AccountId}:{type}:{string.Join(':', rest)}";
}
