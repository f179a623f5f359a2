namespace OrderSystem.CloudFormation;

/// <summary>A function as templates and the Lambda API name it: a name, a partial ARN or an ARN, each with or without a qualifier.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Qualifier">A version or an alias; null for <c>$LATEST</c>.</param>
public sealed record FunctionReference(string Name, string? Qualifier)
{
    /// <summary>Reads a reference.</summary>
    public static FunctionReference Parse(string function)
    {
        var parts = function.Split(':');
        var marker = Array.IndexOf(parts, "function");
        var name = marker >= 0 && marker + 1 < parts.Length ? marker + 1 : 0;
        return new FunctionReference(parts[name], parts.ElementAtOrDefault(name + 1) is { Length: > 0 } qualifier and not "$LATEST" ? qualifier : null);
    }

    /// <summary>The function's ARN with the qualifier.</summary>
    /// <param name="arn">The ARN without one.</param>
    public string Qualify(string arn) => Qualifier is null ? arn : $"{arn}:{Qualifier}";

    /// <summary>The name with the qualifier.</summary>
    public override string ToString() => Qualify(Name);
}
