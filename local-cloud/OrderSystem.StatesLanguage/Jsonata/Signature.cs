using System.Text;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>
/// The parameter types of a function, such as <c>&lt;s-n?:s&gt;</c>. To check a call, the type of each argument is
/// encoded as one letter. A regular expression that is built from the parameter types matches these letters and assigns
/// the arguments to the parameters.
/// </summary>
internal sealed class Signature
{
    private readonly List<Parameter> _parameters;
    private readonly Regex _whole;

    private Signature(List<Parameter> parameters)
    {
        _parameters = parameters;
        _whole = new Regex("^" + string.Concat(parameters.Select(parameter => $"({parameter.Pattern})")) + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    /// <summary>Parses a signature, including its angle brackets.</summary>
    /// <exception cref="JsonataException">
    /// The signature has a type parameter, such as <c>&lt;s&gt;</c>, where none is allowed.
    /// </exception>
    public static Signature Parse(string text)
    {
        List<Parameter> parameters = [];
        for (var i = 1; i < text.Length && text[i] is not ':'; i++)
        {
            switch (text[i])
            {
                case 's' or 'n' or 'b' or 'l' or 'o':
                    parameters.Add(new Parameter(text[i].ToString(), $"[{text[i]}m]"));
                    break;
                case 'a':
                    parameters.Add(new Parameter("a", "[asnblfom]"));
                    break;
                case 'f':
                    parameters.Add(new Parameter("f", "f"));
                    break;
                case 'j':
                    parameters.Add(new Parameter("j", "[asnblom]"));
                    break;
                case 'x':
                    parameters.Add(new Parameter("x", "[asnblfom]"));
                    break;
                case '-' when parameters.Count > 0:
                    parameters[^1] = parameters[^1] with { Context = parameters[^1].Pattern, Pattern = parameters[^1].Pattern + "?" };
                    break;
                case '?' or '+' when parameters.Count > 0:
                    parameters[^1] = parameters[^1] with { Pattern = parameters[^1].Pattern + text[i] };
                    break;
                case '(':
                    var closing = Closing(text, i, '(', ')');
                    var choice = text[(i + 1)..closing];
                    if (choice.Contains('<', StringComparison.Ordinal))
                        throw JsonataErrors.Create("S0402", ("value", choice));
                    parameters.Add(new Parameter($"({choice})", $"[{choice}m]"));
                    i = closing;
                    break;
                case '<' when parameters.Count > 0:
                    if (parameters[^1].Type is not ("a" or "f"))
                        throw JsonataErrors.Create("S0401", ("value", parameters[^1].Type));
                    var end = Closing(text, i, '<', '>');
                    parameters[^1] = parameters[^1] with { Subtype = text[(i + 1)..end] };
                    i = end;
                    break;
            }
        }

        return new Signature(parameters);
    }

    /// <summary>
    /// Checks the arguments of a call and returns the arguments to pass to the function. The context replaces a missing
    /// argument. If the function expects an array, a single value is wrapped in an array.
    /// </summary>
    /// <exception cref="JsonataException">An argument has the wrong type.</exception>
    public StatesValue?[] Validate(StatesValue?[] arguments, StatesValue? context)
    {
        var supplied = new StringBuilder(arguments.Length);
        foreach (var argument in arguments)
            supplied.Append(Symbol(argument));
        var match = _whole.Match(supplied.ToString());
        if (!match.Success)
            throw Mismatch(supplied.ToString(), arguments);

        List<StatesValue?> validated = new(arguments.Length);
        var next = 0;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            var matched = match.Groups[i + 1].Value;
            if (matched.Length == 0)
            {
                if (parameter.Context is null)
                    validated.Add(At(next++));
                else if (Regex.IsMatch(Symbol(context).ToString(), $"^{parameter.Context}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
                    validated.Add(context);
                else
                    throw JsonataErrors.Create("T0411", ("value", context), ("index", next + 1));
                continue;
            }

            foreach (var symbol in matched)
            {
                var argument = At(next++);
                validated.Add(parameter.Type == "a" && symbol != 'm' ? AsArray(parameter, symbol, matched, argument, next) : argument);
            }
        }

        return [.. validated];

        StatesValue? At(int index) => index < arguments.Length ? arguments[index] : null;
    }

    private static StatesValue AsArray(Parameter parameter, char symbol, string matched, StatesValue? argument, int index)
    {
        if (parameter.Subtype is { Length: > 0 } subtype)
        {
            var fits = symbol == 'a' ? AllOf(Values.Items(argument), subtype[0]) : matched == subtype;
            if (!fits)
                throw JsonataErrors.Create("T0412", ("value", argument), ("index", index), ("type", Plural(subtype)));
        }

        return symbol == 'a' ? argument! : new Sequence([argument!], isSequence: false);
    }

    private static bool AllOf(ReadOnlySpan<StatesValue> items, char type)
    {
        foreach (var item in items)
        {
            if (Symbol(item) != type)
                return false;
        }

        return true;
    }

    private JsonataException Mismatch(string supplied, StatesValue?[] arguments)
    {
        var pattern = "^";
        var goodTo = 0;
        foreach (var parameter in _parameters)
        {
            pattern += parameter.Pattern;
            var match = Regex.Match(supplied, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            if (!match.Success)
                break;
            goodTo = match.Length;
        }

        return JsonataErrors.Create("T0410", ("value", goodTo < arguments.Length ? arguments[goodTo] : null), ("index", goodTo + 1));
    }

    private static char Symbol(StatesValue? value) => value switch
    {
        null => 'm',
        FunctionValue => 'f',
        StatesString => 's',
        StatesNumber => 'n',
        StatesBoolean => 'b',
        StatesNull => 'l',
        StatesArray or Sequence => 'a',
        _ => 'o',
    };

    private static string Plural(string subtype) => subtype[0] switch
    {
        'a' => "arrays",
        'b' => "booleans",
        'f' => "functions",
        'n' => "numbers",
        'o' => "objects",
        _ => "strings",
    };

    private static int Closing(string text, int from, char open, char close)
    {
        var depth = 0;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == close && --depth == 0)
                return i;
            if (text[i] == open)
                depth++;
        }

        return text.Length - 1;
    }

    private sealed record Parameter(string Type, string Pattern, string? Context = null, string? Subtype = null);
}
