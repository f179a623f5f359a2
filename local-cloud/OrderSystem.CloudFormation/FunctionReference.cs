using System.Text.RegularExpressions;

namespace OrderSystem.CloudFormation;

/// <summary>
/// A reference to a function in a template or a Lambda API request: a name, a partial ARN or an ARN, each with or
/// without a qualifier.
/// </summary>
/// <param name="Name">The function's name.</param>
/// <param name="Qualifier">A version or an alias; null for <c>$LATEST</c>.</param>
public sealed partial record FunctionReference(string Name, string? Qualifier)
{
    /// <summary>
    /// The pattern that a function's name or ARN must match in the Lambda API, as AWS's error messages show it.
    /// </summary>
    public const string Pattern = @"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

    private const string Latest = "$LATEST";

    /// <summary>
    /// Parses a function name, partial ARN or ARN. Text that does not match <see cref="Pattern"/> is treated as a name.
    /// </summary>
    public static FunctionReference Parse(string function) => TryParse(function, out var name, out var qualifier)
        ? new FunctionReference(name, qualifier == Latest ? null : qualifier)
        : new FunctionReference(function, null);

    /// <summary>Splits a function name, partial ARN or ARN into the name and the qualifier.</summary>
    /// <param name="function">The function name, partial ARN or ARN.</param>
    /// <param name="name">The function's name.</param>
    /// <param name="qualifier">
    /// The qualifier as written, including <c>$LATEST</c>; null if <paramref name="function"/> has no qualifier.
    /// </param>
    /// <returns>Whether <paramref name="function"/> matches <see cref="Pattern"/>.</returns>
    public static bool TryParse(string function, out string name, out string? qualifier)
    {
        var match = Whole().Match(function);
        name = match.Groups["name"].Value;
        qualifier = match.Groups["qualifier"] is { Success: true } group ? group.Value : null;
        return match.Success;
    }

    /// <summary>Appends the qualifier, if there is one, to the function's ARN.</summary>
    /// <param name="arn">The function's ARN without a qualifier.</param>
    public string Qualify(string arn) => Qualifier is null ? arn : $"{arn}:{Qualifier}";

    /// <summary>Returns the function's name, followed by the qualifier if there is one.</summary>
    public override string ToString() => Qualify(Name);

    [GeneratedRegex(@"\A(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?(?<name>[a-zA-Z0-9-_\.]+)(:(?<qualifier>\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Whole();
}
