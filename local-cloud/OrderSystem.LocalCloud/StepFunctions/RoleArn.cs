using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Checks the ARN of an execution role. The role itself has no effect in LocalCloud.</summary>
internal static class RoleArn
{
    private const string Prefix = "role/";

    /// <summary>Returns the ARN if it is the ARN of an IAM role.</summary>
    /// <exception cref="AwsServiceException">The ARN is invalid.</exception>
    public static string Check(string arn) => IsValid(arn) ? arn : throw StepFunctionsErrors.InvalidRoleArn(arn);

    private static bool IsValid(string arn) =>
        arn.Split(':') is ["arn", var partition, "iam", "", { Length: 12 } account, var role]
        && partition.StartsWith("aws", StringComparison.Ordinal)
        && account.All(char.IsAsciiDigit)
        && role.StartsWith(Prefix, StringComparison.Ordinal)
        && role.Length > Prefix.Length
        && !role.Any(char.IsWhiteSpace);
}
