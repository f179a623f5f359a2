using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>A JSONPath as the value of a field.</summary>
/// <param name="path">The JSONPath.</param>
/// <param name="field">
/// The name of the field, for error messages, such as <c>value.$</c>; null for fields that are paths themselves, such
/// as OutputPath.
/// </param>
internal sealed class PathTemplate(JsonPath path, string? field) : Template
{
    public JsonPath Path { get; } = path;

    public override StatesValue Evaluate(StateScope scope, StatesValue document)
    {
        var root = Path.Root switch
        {
            PathRoot.Context => scope.ContextObject,
            PathRoot.Variable => scope.Variables.Find(Path.Variable!) ?? throw Missing(scope, document, $"No results for path: ${Path.Variable}"),
            _ => document,
        };
        try
        {
            return Path.Evaluate(root);
        }
        catch (JsonPathException exception)
        {
            throw Missing(scope, root, exception.Message);
        }
    }

    private StatesErrorException Missing(StateScope scope, StatesValue searched, string why)
    {
        if (field is null)
            return scope.Runtime($"Invalid path '{Path.Text}' : {why}");
        return scope.Runtime($"The JSONPath '{Path.Text}' specified for the field '{field}' could not be found in the input '{searched.ToJsonString()}'");
    }
}
