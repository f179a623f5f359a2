using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Converts between the forms in which the Lambda API names a function: name, partial ARN or ARN, each with or without a
/// qualifier.
/// </summary>
internal static class FunctionName
{
    /// <summary>Returns the function's name, without the rest of the ARN and without a qualifier.</summary>
    public static string Parse(string function) => FunctionReference.Parse(function).Name;

    /// <summary>Returns the unqualified ARN.</summary>
    public static string Arn(string region, string name) => $"arn:aws:lambda:{region}:{LocalCloudOptions.AccountId}:function:{name}";
}
