using System.Text.RegularExpressions;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Reads the function and the qualifier that a request to the Lambda API names. See the parameters <c>FunctionName</c> and
/// <c>Qualifier</c> of "Invoke" in the Lambda API Reference.
/// </summary>
internal static partial class FunctionIdentifier
{
    private const int MaximumQualifierLength = 128;
    private const string QualifierPattern = @"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

    /// <exception cref="AwsServiceException">
    /// <c>ValidationException</c>: the name or the qualifier is malformed. <c>InvalidParameterValueException</c>: the request
    /// names two different qualifiers.
    /// </exception>
    public static FunctionReference Read(HttpContext context)
    {
        var function = context.RouteValue("function");
        if (!FunctionReference.TryParse(function, out var name, out var derived))
            throw Invalid(function, "functionName", $"Member must satisfy regular expression pattern: {FunctionReference.Pattern}");
        var given = context.Request.Query["Qualifier"].ToString();
        if (given.Length == 0)
            return FunctionReference.Parse(function);
        if (given.Length > MaximumQualifierLength)
            throw Invalid(given, "qualifier", $"Member must have length less than or equal to {MaximumQualifierLength}");
        if (!Qualifier().IsMatch(given))
            throw Invalid(given, "qualifier", $"Member must satisfy regular expression pattern: {QualifierPattern}");
        if (derived is not null && derived != given)
            throw new AwsServiceException("InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.");
        return new FunctionReference(name, given == FunctionVersions.Latest ? null : given);
    }

    private static AwsServiceException Invalid(string value, string member, string constraint) =>
        new("ValidationException", $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}");

    [GeneratedRegex($@"\A({QualifierPattern})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Qualifier();
}
