using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions that combine several numbers into one, such as <c>$sum</c>.</summary>
internal static class Aggregates
{
    public static StatesValue? Sum(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } numbers ? Values.OfNumber(Total(numbers)) : null;

    public static StatesValue? Count(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is Sequence sequence ? sequence.Count : arguments[0] is { } items ? Values.Items(items).Length : 0;

    public static StatesValue? Max(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Extreme(arguments[0], Math.Max);

    public static StatesValue? Min(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Extreme(arguments[0], Math.Min);

    public static StatesValue? Average(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } numbers && Values.Items(numbers).Length > 0 ? Values.OfNumber(Total(numbers) / Values.Items(numbers).Length) : null;

    private static double Total(StatesValue numbers)
    {
        var total = 0d;
        foreach (var number in Values.Items(numbers))
            total += Values.Number(number);
        return total;
    }

    private static StatesValue? Extreme(StatesValue? numbers, Func<double, double, double> choose)
    {
        if (numbers is null || Values.Items(numbers).Length == 0)
            return null;
        var items = Values.Items(numbers);
        var extreme = Values.Number(items[0]);
        foreach (var item in items[1..])
            extreme = choose(extreme, Values.Number(item));
        return Values.OfNumber(extreme);
    }
}
