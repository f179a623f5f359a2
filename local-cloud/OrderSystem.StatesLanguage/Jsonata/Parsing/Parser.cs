using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>A top-down operator precedence (Pratt) parser for JSONata expressions.</summary>
internal sealed class Parser
{
    private const int BindingPowerOfMinus = 70;

    private static readonly FrozenDictionary<string, int> BindingPowers = new Dictionary<string, int>
    {
        ["["] = 80,
        ["("] = 80,
        ["@"] = 80,
        ["#"] = 80,
        ["."] = 75,
        ["{"] = 70,
        ["*"] = 60,
        ["/"] = 60,
        ["%"] = 60,
        ["+"] = 50,
        ["-"] = 50,
        ["&"] = 50,
        ["="] = 40,
        ["!="] = 40,
        ["<"] = 40,
        ["<="] = 40,
        [">"] = 40,
        [">="] = 40,
        ["in"] = 40,
        ["~>"] = 40,
        ["^"] = 40,
        ["?:"] = 40,
        ["??"] = 40,
        ["and"] = 30,
        ["or"] = 25,
        ["?"] = 20,
        [":="] = 10,
    }.ToFrozenDictionary();

    private readonly Tokenizer _tokenizer;
    private Token _token;

    private Parser(string text)
    {
        _tokenizer = new Tokenizer(text);
        _token = _tokenizer.Next(afterOperand: false);
    }

    /// <summary>Parses a whole expression.</summary>
    /// <exception cref="JsonataException">The text is not a valid expression.</exception>
    public static Syntax Parse(string text)
    {
        var parser = new Parser(text);
        var expression = parser.Expression(0);
        if (parser._token.Kind != TokenKind.End)
            throw JsonataErrors.Create("S0201", ("token", parser._token.Quoted));
        return expression;
    }

    private Syntax Expression(int power)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataErrors.Create("U1001", ("message", "The expression is nested too deeply"));
        var token = _token;
        Take(afterOperand: token.Kind != TokenKind.Operator || token.Text is "*" or "**" or "%" or "and" or "or" or "in");
        var left = Prefix(token);
        while (_token.Kind == TokenKind.Operator && BindingPowers.TryGetValue(_token.Text, out var next) && power < next)
        {
            var symbol = _token.Text;
            Take(afterOperand: false);
            left = Infix(symbol, left, next);
        }

        return left;
    }

    private void Take(bool afterOperand) => _token = _tokenizer.Next(afterOperand);

    private void Expect(string symbol, bool afterOperand = false)
    {
        if (!_token.Is(symbol))
        {
            throw _token.Kind == TokenKind.End
                ? JsonataErrors.Create("S0203", ("value", symbol), ("token", "(end)"))
                : JsonataErrors.Create("S0202", ("value", symbol), ("token", _token.Quoted));
        }

        Take(afterOperand);
    }

    private bool Accept(string symbol)
    {
        if (!_token.Is(symbol))
            return false;
        Take(afterOperand: false);
        return true;
    }

    private Syntax Prefix(Token token) => token.Kind switch
    {
        TokenKind.End => new EndSyntax(),
        TokenKind.Name => new NameSyntax(token.Text),
        TokenKind.Variable => new VariableSyntax(token.Text),
        TokenKind.Literal => new LiteralSyntax(token.Value!),
        TokenKind.Regex => new RegexSyntax(token.Text, token.Flags),
        _ => token.Text switch
        {
            "and" or "or" or "in" => new NameSyntax(token.Text),
            "*" => new WildcardSyntax(),
            "**" => new DescendantSyntax(),
            "%" => new ParentSyntax(),
            "-" => new NegationSyntax(Expression(BindingPowerOfMinus)),
            "(" => Block(),
            "[" => new ArraySyntax(ArrayItems()),
            "{" => new ObjectSyntax(Pairs()),
            "|" => Transform(),
            _ => throw JsonataErrors.Create("S0211", ("token", token.Text)),
        },
    };

    private Syntax Infix(string symbol, Syntax left, int power) => symbol switch
    {
        "(" => Call(left),
        "[" => Predicate(left),
        "{" => new GroupSyntax(left, Pairs()),
        "^" => OrderBy(left),
        "?" => Condition(left),
        "?:" => new ConditionSyntax(left, left, Expression(0)),
        "??" => new ConditionSyntax(new CallSyntax(new VariableSyntax("exists"), [left]), left, Expression(0)),
        ":=" => left is VariableSyntax variable ? new BindSyntax(variable.Name, Expression(power - 1)) : throw JsonataErrors.Create("S0212"),
        "@" or "#" => Expression(power) is VariableSyntax bound
            ? new BinarySyntax(symbol, left, bound)
            : throw JsonataErrors.Create("S0214", ("token", symbol)),
        _ => new BinarySyntax(symbol, left, Expression(power)),
    };

    private BlockSyntax Block()
    {
        List<Syntax> expressions = [];
        while (!_token.Is(")"))
        {
            expressions.Add(Expression(0));
            if (!Accept(";"))
                break;
        }

        Expect(")", afterOperand: true);
        return new BlockSyntax(expressions);
    }

    private List<Syntax> ArrayItems()
    {
        List<Syntax> items = [];
        if (!_token.Is("]"))
        {
            do
            {
                var item = Expression(0);
                items.Add(Accept("..") ? new BinarySyntax("..", item, Expression(0)) : item);
            }
            while (Accept(","));
        }

        Expect("]", afterOperand: true);
        return items;
    }

    private List<(Syntax Key, Syntax Value)> Pairs()
    {
        List<(Syntax, Syntax)> pairs = [];
        if (!_token.Is("}"))
        {
            do
            {
                var key = Expression(0);
                Expect(":");
                pairs.Add((key, Expression(0)));
            }
            while (Accept(","));
        }

        Expect("}", afterOperand: true);
        return pairs;
    }

    private TransformSyntax Transform()
    {
        var pattern = Expression(0);
        Expect("|");
        var update = Expression(0);
        var delete = Accept(",") ? Expression(0) : null;
        Expect("|");
        return new TransformSyntax(pattern, update, delete);
    }

    private Syntax Predicate(Syntax left)
    {
        if (_token.Is("]"))
        {
            var step = left;
            while (step is BinarySyntax { Operator: "[" } inner)
                step = inner.Left;
            step.KeepArray = true;
            Take(afterOperand: true);
            return left;
        }

        var predicate = Expression(0);
        Expect("]", afterOperand: true);
        return new BinarySyntax("[", left, predicate);
    }

    private OrderBySyntax OrderBy(Syntax left)
    {
        Expect("(");
        List<(Syntax, bool)> terms = [];
        do
        {
            var descending = Accept(">");
            if (!descending)
                Accept("<");
            terms.Add((Expression(0), descending));
        }
        while (Accept(","));
        Expect(")", afterOperand: true);
        return new OrderBySyntax(left, terms);
    }

    private ConditionSyntax Condition(Syntax condition)
    {
        var then = Expression(0);
        return new ConditionSyntax(condition, then, Accept(":") ? Expression(0) : null);
    }

    private Syntax Call(Syntax procedure)
    {
        List<Syntax?> arguments = [];
        if (!_token.Is(")"))
        {
            do
                arguments.Add(Accept("?") ? null : Expression(0));
            while (Accept(","));
        }

        Expect(")", afterOperand: true);
        return procedure is NameSyntax { Name: "function" or "λ" } ? Lambda(arguments) : new CallSyntax(procedure, arguments);
    }

    private LambdaSyntax Lambda(List<Syntax?> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter is not VariableSyntax)
                throw JsonataErrors.Create("S0208", ("value", parameter is NameSyntax name ? name.Name : parameter is LiteralSyntax literal ? literal.Value : null));
        }

        var signature = _token.Is("<") ? LambdaSignature() : null;
        Expect("{");
        var body = Expression(0);
        Expect("}", afterOperand: true);
        return new LambdaSyntax([.. parameters.Select(parameter => ((VariableSyntax)parameter!).Name)], signature, body);
    }

    private Signature LambdaSignature()
    {
        var text = new StringBuilder("<");
        for (var depth = 1; depth > 0;)
        {
            Take(afterOperand: true);
            if (_token.Kind == TokenKind.End || _token.Is("{"))
                break;
            depth += _token.Is("<") ? 1 : _token.Is(">") ? -1 : 0;
            text.Append(_token.Text);
        }

        Expect(">");
        return Signature.Parse(text.ToString());
    }
}
