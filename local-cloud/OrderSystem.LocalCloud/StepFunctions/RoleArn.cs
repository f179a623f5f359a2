using System.Text.RegularExpressions;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Checks the ARN of an execution role. The role itself has no effect in LocalCloud.</summary>
internal static partial class RoleArn
{
    /// <summary>Returns the ARN if it is the ARN of an IAM role.</summary>
    /// <exception cref="AwsServiceException">The ARN is invalid.</exception>
    public static string Check(string arn) => Valid().IsMatch(arn) ? arn : throw StepFunctionsErrors.InvalidRoleArn(arn);

    [GeneratedRegex(@"^arn:aws[a-z-]*:iam::\d{12}:role/\S+\z", RegexOptions.NonBacktracking)]
    private static partial Regex Valid();
}
