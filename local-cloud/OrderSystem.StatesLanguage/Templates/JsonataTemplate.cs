using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>A JSONata expression as the value of a field.</summary>
internal sealed class JsonataTemplate(JsonataExpression expression, string field) : Template
{
    public JsonataExpression Expression { get; } = expression;

    /// <summary>Returns the expression in a <c>{% … %}</c> string; null for any other string.</summary>
    public static string? Unwrap(string text) =>
        text.Length >= 4 && text.StartsWith("{%", StringComparison.Ordinal) && text.EndsWith("%}", StringComparison.Ordinal) ? text[2..^2].Trim() : null;

    public override StatesValue Evaluate(StateScope scope, StatesValue document)
    {
        StatesValue? result;
        try
        {
            result = Expression.Evaluate(null, scope.JsonataEvaluation);
        }
        catch (JsonataException exception)
        {
            throw scope.QueryEvaluationError(
                $"The JSONata expression '{Expression.Text}' specified for the field '{field}' threw an error during evaluation. {exception.Code}: {exception.Message}", field);
        }

        return result ?? throw scope.QueryEvaluationError(
            $"The JSONata expression '{Expression.Text}' specified for the field '{field}' returned nothing (undefined).", field);
    }
}
