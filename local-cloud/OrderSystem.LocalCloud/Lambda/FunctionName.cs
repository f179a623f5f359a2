using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>The forms of a function in the Lambda API: name, partial ARN or ARN, each with or without a qualifier.</summary>
internal static class FunctionName
{
    /// <summary>Returns the name without ARN and qualifier.</summary>
    public static string Parse(string function) => FunctionReference.Parse(function).Name;

    /// <summary>Returns the unqualified ARN.</summary>
    public static string Arn(string region, string name) => $"arn:aws:lambda:{region}:{LocalCloudOptions.AccountId}:function:{name}";
}
