using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>Damages strings and JSON values at random.</summary>
internal sealed class Mutations(Random random)
{
    private static readonly string[] Junk =
    [
        "$", "$$", "$.", "$..", "$[", "$.a[?(@.b == 1)]", "$[-1:]", "$.a.length()", "$x.y", "{%", "{% %}", "{% $states.input.a.**[0] %}",
            "{% $eval('1') %}", "{% (function($x){$x()})(function(){1}) %}",
        "States.Format('{}', $)", "States.MathRandom(1, 2, 3)", "States.ArrayGetItem($, 99)", "States.StringToJson('[')",
            "States.JsonMerge($, $, true)", "States.ArrayRange(1, 100000, 1)", "States.Base64Decode('§')",
        "States.ArrayRange(-9223372036854775807, 9223372036854775807, 1)", "States.MathAdd(9223372036854775807, 9223372036854775807)",
            "States.MathRandom(-9223372036854775808, 9223372036854775807)", "$..*..*..*..*..*..*", "$..[?(@..[?(@..*)])]", "$[?(@ =~ /(x+x+)+y/)]",
            "-9223372036854775808",
        "arn:aws:states:::lambda:invoke.waitForTaskToken", "States.ALL", "S0", "S1", "", "\0", "\ud800", "é", "\"", "'", "\\", "(((((((((", "[[[[[[[",
            "}", "/*", "**", "~>", "?:", "..", "1e999", "-0", "99999999999999999999", "%", "@$#",
    ];

    /// <summary>Returns the text with a few pieces removed, duplicated or inserted.</summary>
    public string Text(string text)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(Math.Min(8, text.Length - at) + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Junk[random.Next(Junk.Length)]),
                2 => text.Insert(at, text.Substring(at, length)),
                _ => text.Insert(at, ((char)random.Next(1, random.Next(2) == 0 ? 127 : 0x3000)).ToString()),
            };
        }

        return text;
    }

    /// <summary>Returns the value with one part of it removed, replaced, added or duplicated.</summary>
    public StatesValue Value(StatesValue value)
    {
        if (random.Next(4) > 0 && value is StatesObject { Count: > 0 } container)
        {
            var name = container.Names[random.Next(container.Count)];
            return random.Next(8) switch
            {
                0 => container.Without(name),
                1 => container.Without(name).With(Text(name), container[name]!),
                2 => container.With(Field(), Any(2)),
                _ => container.With(name, Value(container[name]!)),
            };
        }

        if (random.Next(4) > 0 && value is StatesArray { Count: > 0 } array)
        {
            var index = random.Next(array.Count);
            return random.Next(6) switch
            {
                0 => new StatesArray(array.Where((_, i) => i != index)),
                1 => new StatesArray(array.Append(array[index])),
                _ => array.With(index, Value(array[index])),
            };
        }

        return value is StatesString text && random.Next(2) == 0 ? Text(text.Value) : Any(2);
    }

    /// <summary>Returns a random JSON value.</summary>
    public StatesValue Any(int depth) => random.Next(depth > 0 ? 9 : 7) switch
    {
        0 => StatesValue.Null,
        1 => random.Next(2) == 0,
        2 => random.Next(-5, 1000),
        3 => random.NextDouble() * Math.Pow(10, random.Next(-20, 20)),
        4 => long.MaxValue,
        5 or 6 => Junk[random.Next(Junk.Length)],
        7 => new StatesArray(Enumerable.Range(0, random.Next(4)).Select(_ => Any(depth - 1))),
        _ => StatesObject.Of((Field(), Any(depth - 1)), ("a", Any(depth - 1))),
    };

    private string Field()
    {
        ReadOnlySpan<string> fields =
        [
            "InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "Result", "Assign", "Output", "Arguments", "Items", "ItemsPath",
                "ItemSelector", "ItemProcessor", "Iterator", "ItemBatcher", "ItemReader",
            "ResultWriter", "MaxConcurrency", "MaxConcurrencyPath", "ToleratedFailureCount", "ToleratedFailurePercentage", "TimeoutSeconds",
                "TimeoutSecondsPath", "HeartbeatSeconds", "Retry", "Catch", "Choices", "Condition", "Default",
            "Next", "End", "Type", "QueryLanguage", "Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Error", "ErrorPath", "Cause",
                "CausePath", "Branches", "StartAt", "States", "Credentials", "x.$", "Variable", "Not", "And",
            "NumericEqualsPath", "StringMatches", "IsPresent", "TimestampLessThan", "Resource", "Comment", "Label", "ProcessorConfig",
        ];
        return fields[random.Next(fields.Length)];
    }
}
