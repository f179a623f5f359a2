using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>A node of the parsed expression, before <see cref="PathResolver"/> builds paths from dots and brackets.</summary>
internal abstract record Syntax
{
    /// <summary>
    /// Whether empty brackets (<c>[]</c>) follow the node. If so, the node returns an array even if it has only one
    /// result.
    /// </summary>
    public bool KeepArray { get; set; }
}

internal sealed record EndSyntax : Syntax;

internal sealed record LiteralSyntax(StatesValue Value) : Syntax;

internal sealed record RegexSyntax(string Pattern, string Flags) : Syntax;

internal sealed record NameSyntax(string Name) : Syntax;

internal sealed record VariableSyntax(string Name) : Syntax;

internal sealed record WildcardSyntax : Syntax;

internal sealed record DescendantSyntax : Syntax;

internal sealed record ParentSyntax : Syntax;

internal sealed record NegationSyntax(Syntax Operand) : Syntax;

internal sealed record ArraySyntax(IReadOnlyList<Syntax> Items) : Syntax;

internal sealed record ObjectSyntax(IReadOnlyList<(Syntax Key, Syntax Value)> Pairs) : Syntax;

internal sealed record BinarySyntax(string Operator, Syntax Left, Syntax Right) : Syntax;

internal sealed record GroupSyntax(Syntax Left, IReadOnlyList<(Syntax Key, Syntax Value)> Pairs) : Syntax;

internal sealed record OrderBySyntax(Syntax Left, IReadOnlyList<(Syntax Term, bool Descending)> Terms) : Syntax;

internal sealed record BindSyntax(string Variable, Syntax Value) : Syntax;

internal sealed record ConditionSyntax(Syntax Condition, Syntax Then, Syntax? Else) : Syntax;

internal sealed record BlockSyntax(IReadOnlyList<Syntax> Expressions) : Syntax;

internal sealed record TransformSyntax(Syntax Pattern, Syntax Update, Syntax? Delete) : Syntax;

/// <summary>A function call. A placeholder argument (<c>?</c>), which makes the call a partial application, is null.</summary>
internal sealed record CallSyntax(Syntax Procedure, IReadOnlyList<Syntax?> Arguments) : Syntax;

internal sealed record LambdaSyntax(IReadOnlyList<string> Parameters, Signature? Signature, Syntax Body) : Syntax;
