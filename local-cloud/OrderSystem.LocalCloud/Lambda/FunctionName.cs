namespace OrderSystem.LocalCloud.Lambda;

/// <summary>The forms of a function in the Lambda API: name, partial ARN or ARN, each with or without a qualifier.</summary>
internal static class FunctionName
{
    /// <summary>Returns the name without ARN and qualifier.</summary>
    public static string Parse(string function)
    {
        var parts = function.Split(':');
        var marker = Array.IndexOf(parts, "function");
        return marker >= 0 && marker + 1 < parts.Length ? parts[marker + 1] : parts[0];
    }

    /// <summary>Returns the unqualified ARN.</summary>
    public static string Arn(string region, string name) => $"arn:aws:lambda:{region}:{LocalCloudOptions.AccountId}:function:{name}";
}
