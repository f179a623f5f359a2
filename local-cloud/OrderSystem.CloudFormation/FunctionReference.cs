namespace OrderSystem.CloudFormation;

/// <summary>
/// A reference to a function in a template or a Lambda API request: a name, a partial ARN or an ARN, each with or
/// without a qualifier.
/// </summary>
/// <param name="Name">The function's name.</param>
/// <param name="Qualifier">A version or an alias; null for <c>$LATEST</c>.</param>
public sealed record FunctionReference(string Name, string? Qualifier)
{
    /// <summary>Parses a function name, partial ARN or ARN.</summary>
    public static FunctionReference Parse(string function)
    {
        var parts = function.Split(':');
        var marker = Array.IndexOf(parts, "function");
        var name = marker >= 0 && marker + 1 < parts.Length ? marker + 1 : 0;
        return new FunctionReference(parts[name], parts.ElementAtOrDefault(name + 1) is { Length: > 0 } qualifier and not "$LATEST" ? qualifier : null);
    }

    /// <summary>Appends the qualifier, if there is one, to the function's ARN.</summary>
    /// <param name="arn">The function's ARN without a qualifier.</param>
    public string Qualify(string arn) => Qualifier is null ? arn : $"{arn}:{Qualifier}";

    /// <summary>Returns the function's name, followed by the qualifier if there is one.</summary>
    public override string ToString() => Qualify(Name);
}
