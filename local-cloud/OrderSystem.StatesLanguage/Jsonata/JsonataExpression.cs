using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;
using OrderSystem.StatesLanguage.Jsonata.Functions;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>The set of functions that an expression may call.</summary>
public enum JsonataDialect
{
    /// <summary>The functions of JSONata's reference implementation.</summary>
    Jsonata,

    /// <summary>
    /// The functions of Step Functions: JSONata's functions without <c>$eval</c>, and in addition <c>$partition</c>,
    /// <c>$range</c>, <c>$hash</c>, <c>$random(seed)</c>, <c>$uuid</c> and <c>$parse</c>.
    /// </summary>
    StepFunctions,
}

/// <summary>A parsed JSONata expression, which is immutable and can be evaluated concurrently.</summary>
public sealed class JsonataExpression
{
    private readonly JsonataDialect _dialect;

    private JsonataExpression(string text, Node root, IReadOnlyList<string> variables, IReadOnlyList<string> contextReferences, JsonataDialect dialect)
    {
        Text = text;
        Root = root;
        Variables = variables;
        ContextReferences = contextReferences;
        _dialect = dialect;
    }

    /// <summary>The text of the expression.</summary>
    public string Text { get; }

    /// <summary>
    /// The names, without <c>$</c>, of the variables that the expression reads but does not define. Built-in functions
    /// are omitted.
    /// </summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>
    /// The expression's references to its input. In Step Functions, which provides no input, such references are errors.
    /// </summary>
    internal IReadOnlyList<string> ContextReferences { get; }

    internal Node Root { get; }

    /// <summary>Parses a JSONata expression.</summary>
    /// <exception cref="JsonataException">The text is not a valid expression.</exception>
    public static JsonataExpression Parse(string text, JsonataDialect dialect = JsonataDialect.Jsonata)
    {
        ArgumentNullException.ThrowIfNull(text);
        var syntax = Parser.Parse(text);
        var free = FreeVariables.Of(syntax).Where(name => Builtins.Find(name, dialect) is null).ToList();
        return new JsonataExpression(text, PathResolver.Resolve(syntax), free, Parsing.ContextReferences.Of(syntax), dialect);
    }

    /// <summary>Evaluates the expression.</summary>
    /// <param name="input">The input, which <c>$</c> refers to; null means undefined.</param>
    /// <param name="evaluation">The variables, clock, random number generator and limits.</param>
    /// <returns>The result; null means undefined.</returns>
    /// <exception cref="JsonataException">The evaluation fails or reaches a limit.</exception>
    public StatesValue? Evaluate(StatesValue? input, JsonataEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var context = input is null ? null : Wrap(input);
        var scope = new Frame(null, name => evaluation.Variables?.Invoke(name) ?? Builtins.Find(name, _dialect));
        var result = new Evaluator(evaluation, context).Evaluate(Root, context, scope);
        return result switch
        {
            null or FunctionValue => null,
            Sequence { WrapsInput: true } wrapped => wrapped.Items[0],
            _ => Finite(Values.ToJson(result)),
        };
    }

    /// <summary>Wraps an array input so that it counts as one value rather than as a sequence.</summary>
    internal static StatesValue Wrap(StatesValue input) => Values.IsArray(input) ? new Sequence([input]) { WrapsInput = true } : input;

    private static StatesValue Finite(StatesValue result)
    {
        switch (result)
        {
            case StatesNumber:
                Values.IsNumeric(result);
                break;
            case StatesArray array:
                foreach (var item in array.AsSpan())
                    Finite(item);
                break;
            case StatesObject properties:
                foreach (var property in properties.Values)
                    Finite(property);
                break;
        }

        return result;
    }
}
