using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Functions;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Evaluates binary operators and the order-by clause.</summary>
internal sealed partial class Evaluator
{
    private const double LargestRange = 1e7;

    private StatesValue? Binary(BinaryNode node, StatesValue? input, Frame scope)
    {
        if (node.Operator == "~>")
            return Apply(node, input, scope);
        var left = Evaluate(node.Left, input, scope);
        switch (node.Operator)
        {
            case "and":
                return Values.IsTrue(left) && Values.IsTrue(Evaluate(node.Right, input, scope));
            case "or":
                return Values.IsTrue(left) || Values.IsTrue(Evaluate(node.Right, input, scope));
        }

        var right = Evaluate(node.Right, input, scope);
        return node.Operator switch
        {
            "+" or "-" or "*" or "/" or "%" => Arithmetic(node.Operator, left, right),
            "=" => left is not null && right is not null && Values.DeepEquals(left, right),
            "!=" => left is not null && right is not null && !Values.DeepEquals(left, right),
            "<" or "<=" or ">" or ">=" => Compare(node.Operator, left, right),
            "&" => Concatenate(Strings.OfConcatenation(left), Strings.OfConcatenation(right)),
            ".." => Range(left, right),
            "in" => In(left, right),
            _ => throw JsonataErrors.Create("S0204", ("token", node.Operator)),
        };
    }

    private static StatesValue Concatenate(string left, string right) => left.Length + right.Length <= Values.LongestText
        ? left + right
        : throw JsonataErrors.Create("U1001", ("message", "The string is too long: Check for infinite loop"));

    private StatesValue? Negate(NegationNode node, StatesValue? input, Frame scope)
    {
        var value = Evaluate(node.Operand, input, scope);
        if (value is null)
            return null;
        return Values.IsNumeric(value) ? Values.OfNumber(-Values.Number(value)) : throw JsonataErrors.Create("D1002", ("value", value), ("token", "-"));
    }

    private static StatesValue? Arithmetic(string @operator, StatesValue? left, StatesValue? right)
    {
        if (left is not null && !Values.IsNumeric(left))
            throw JsonataErrors.Create("T2001", ("token", @operator), ("value", left));
        if (right is not null && !Values.IsNumeric(right))
            throw JsonataErrors.Create("T2002", ("token", @operator), ("value", right));
        if (left is null || right is null)
            return null;
        var (a, b) = (Values.Number(left), Values.Number(right));
        return Values.OfNumber(@operator switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            _ => a % b,
        });
    }

    private static StatesValue? Compare(string @operator, StatesValue? left, StatesValue? right)
    {
        if (left is not (null or StatesString or StatesNumber) || right is not (null or StatesString or StatesNumber))
            throw JsonataErrors.Create("T2010", ("token", @operator), ("value", left is null or StatesString or StatesNumber ? right : left));
        if (left is null || right is null)
            return null;
        if (left.Kind != right.Kind)
            throw JsonataErrors.Create("T2009", ("value", left), ("value2", right), ("token", @operator));
        var order = Order(left, right);
        return @operator switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static int Order(StatesValue left, StatesValue right) => left is StatesString text
        ? string.CompareOrdinal(text.Value, Values.Text(right))
        : Values.Number(left).CompareTo(Values.Number(right));

    private static bool In(StatesValue? left, StatesValue? right)
    {
        if (left is null || right is null)
            return false;
        foreach (var item in Values.ItemsOrSelf(right))
        {
            if (Values.DeepEquals(item, left))
                return true;
        }

        return false;
    }

    private static Sequence? Range(StatesValue? from, StatesValue? to)
    {
        if (from is not null && !IsInteger(from))
            throw JsonataErrors.Create("T2003", ("value", from));
        if (to is not null && !IsInteger(to))
            throw JsonataErrors.Create("T2004", ("value", to));
        if (from is null || to is null)
            return null;
        var (first, last) = (Values.Number(from), Values.Number(to));
        if (first > last)
            return null;
        var size = last - first + 1;
        if (!(size <= LargestRange))
            throw JsonataErrors.Create("D2014", ("value", Values.OfNumber(size)));
        return new Sequence(items: null) { Range = new IntegerRange(first, (int)size) };
    }

    private static bool IsInteger(StatesValue value) => value is StatesNumber number && Math.Floor(number.Value) == number.Value;

    /// <summary>
    /// Sorts items by the terms of an order-by clause. Two items are compared by a term only if all earlier terms are equal.
    /// Items that are equal in all terms keep their order.
    /// </summary>
    private StatesValue? Sort(SortNode sort, StatesValue? input, Frame scope)
    {
        if (input is TupleStream stream)
            return new TupleStream([.. MergeSort.Sort(stream.Bindings, (a, b) => CompareBy(sort, a.Context, Scope(scope, a), b.Context, Scope(scope, b)))]);
        return new Sequence([.. MergeSort.Sort(Values.ItemsOrSelf(input), (a, b) => CompareBy(sort, a, scope, b, scope))]);
    }

    private int CompareBy(SortNode sort, StatesValue? a, Frame scopeOfA, StatesValue? b, Frame scopeOfB)
    {
        foreach (var (term, descending) in sort.Terms)
        {
            var left = Evaluate(term, a, scopeOfA);
            var right = Evaluate(term, b, scopeOfB);
            if (left is null || right is null)
            {
                if (left is null && right is null)
                    continue;
                return left is null ? 1 : -1;
            }

            if (left is not (StatesString or StatesNumber) || right is not (StatesString or StatesNumber))
                throw JsonataErrors.Create("T2008", ("value", left is StatesString or StatesNumber ? right : left));
            if (left.Kind != right.Kind)
                throw JsonataErrors.Create("T2007", ("value", right), ("value2", left));
            var order = Order(left, right);
            if (order != 0)
                return descending ? -order : order;
        }

        return 0;
    }
}
