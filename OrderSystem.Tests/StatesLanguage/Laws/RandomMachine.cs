using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Tests.StatesLanguage.Laws;

/// <summary>
/// Well-formed state machines at random. States lead to later ones only, so that every execution ends. Where branches run
/// at once all failures are alike: which of them comes first is nobody's promise.
/// </summary>
internal sealed class RandomMachine(Random random)
{
    private static readonly string[] Errors = ["Flaky", "Broken", "States.TaskFailed"];

    private int _names;

    /// <summary>An input that every machine can work on.</summary>
    public JsonObject Input() => JsonObject.Of(
        ("a", random.Next(-3, 10)),
        ("b", Pick("", "x", "käse", "a,b,c")),
        ("c", random.Next(2) == 0),
        ("items", new JsonArray(Enumerable.Range(0, random.Next(4)).Select(i => (JsonValue)JsonNumber.Of(i * 7)))));

    public JsonObject Machine() => Graph(depth: 0, isConcurrent: false);

    private JsonObject Graph(int depth, bool isConcurrent)
    {
        var names = Enumerable.Range(0, random.Next(1, depth == 0 ? 6 : 4)).Select(_ => $"S{_names++}").ToArray();
        var states = new JsonObjectBuilder();
        for (var i = 0; i < names.Length; i++)
            states.Set(names[i], State(names, i, depth, isConcurrent));
        return JsonObject.Of(("StartAt", names[0]), ("States", states.Build()));
    }

    private JsonObject State(string[] names, int index, int depth, bool isConcurrent)
    {
        var isLast = index == names.Length - 1;
        if (isLast && Chance(4))
            return Chance(2) ? JsonObject.Of(("Type", "Succeed")) : Fail(isConcurrent);
        var state = random.Next(isLast ? 6 : 7) switch
        {
            0 => Pass(),
            1 => Wait(),
            2 or 3 => Task(isConcurrent),
            4 when depth < 3 => Parallel(depth),
            5 when depth < 3 => Map(depth),
            6 => Choice(names, index),
            _ => JsonataPass(),
        };
        if (state.Contains("Choices"))
            return state;
        if (state["Type"] is JsonString { Value: "Task" or "Parallel" or "Map" })
            state = WithErrorHandling(state, names, index, isConcurrent);
        return isLast ? state.With("End", true) : state.With("Next", names[index + 1]);
    }

    private JsonObject Pass() => random.Next(4) switch
    {
        0 => JsonObject.Of(("Type", "Pass")),
        1 => JsonObject.Of(("Type", "Pass"), ("Result", random.Next(100)), ("ResultPath", NewPath())),
        2 => JsonObject.Of(("Type", "Pass"), ("Parameters", JsonObject.Of(("sum.$", "States.MathAdd($.a, 1)"), ("text.$", "States.Format('{}-{}', $.b, $.c)"))), ("ResultPath", NewPath())),
        _ => JsonObject.Of(("Type", "Pass"), ("Assign", JsonObject.Of(("v.$", "$.a"), ("w", random.Next(5))))),
    };

    private JsonObject JsonataPass() => JsonObject.Of(
        ("Type", "Pass"),
        ("QueryLanguage", "JSONata"),
        ("Assign", JsonObject.Of(("v", "{% $states.input.a * 2 %}"))),
        ("Output", $"{{% $merge([$states.input, {{'{NewName()}': $count($states.input.items) + {random.Next(9)}}}]) %}}"));

    private JsonObject Wait() => Chance(2)
        ? JsonObject.Of(("Type", "Wait"), ("Seconds", random.Next(1, 5)))
        : JsonObject.Of(("Type", "Wait"), ("Timestamp", "2020-01-01T00:00:00Z"));

    private JsonObject Task(bool isConcurrent)
    {
        var resource = Pick(
            "arn:aws:lambda:us-east-1:000000000000:function:f",
            "arn:aws:states:us-east-1:000000000000:activity:a",
            "arn:aws:states:::sqs:sendMessage",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "arn:aws:states:::states:startExecution.sync:2");
        // The task's behaviour is in its parameters: how often it fails before it succeeds, and with which error.
        var parameters = JsonObject.Of(("a.$", "$.a"), ("failures", random.Next(3) == 0 ? random.Next(1, 4) : 0), ("error", isConcurrent ? Errors[0] : Pick(Errors)));
        return JsonObject.Of(("Type", "Task"), ("Resource", resource), ("Parameters", parameters), ("ResultPath", NewPath()));
    }

    private JsonObject Parallel(int depth) => JsonObject.Of(
        ("Type", "Parallel"),
        ("Branches", new JsonArray(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonValue)Graph(depth + 1, isConcurrent: true)))),
        ("ResultPath", NewPath()));

    private JsonObject Map(int depth) => JsonObject.Of(
        ("Type", "Map"),
        ("ItemsPath", "$.items"),
        ("MaxConcurrency", random.Next(3)),
        ("ItemSelector", JsonObject.Of(("a.$", "$$.Map.Item.Value"), ("index.$", "$$.Map.Item.Index"), ("b.$", "$.b"), ("c.$", "$.c"), ("items", new JsonArray([1, 2])))),
        ("ItemProcessor", Graph(depth + 1, isConcurrent: true)),
        ("ResultPath", NewPath()));

    private JsonObject Choice(string[] names, int index) => JsonObject.Of(
        ("Type", "Choice"),
        ("Choices", new JsonArray([
            JsonObject.Of(("Variable", "$.a"), ("NumericGreaterThan", random.Next(10)), ("Next", Later(names, index))),
            JsonObject.Of(("And", new JsonArray([JsonObject.Of(("Variable", "$.c"), ("BooleanEquals", true)), JsonObject.Of(("Variable", "$.b"), ("StringMatches", "*a*"))])), ("Next", Later(names, index))),
        ])),
        ("Default", names[index + 1]));

    private JsonObject Fail(bool isConcurrent) => JsonObject.Of(("Type", "Fail"), ("Error", isConcurrent ? Errors[0] : Pick(Errors)), ("Cause", "it failed"));

    private JsonObject WithErrorHandling(JsonObject state, string[] names, int index, bool isConcurrent)
    {
        if (Chance(2))
        {
            var retry = JsonObject.Of(("ErrorEquals", new JsonArray([Pick("States.ALL", isConcurrent ? Errors[0] : Pick(Errors))])), ("IntervalSeconds", random.Next(1, 4)), ("MaxAttempts", random.Next(4)), ("BackoffRate", 1.5));
            state = state.With("Retry", new JsonArray([Chance(2) ? retry.With("JitterStrategy", "FULL") : retry]));
        }

        if (index < names.Length - 1 && Chance(2))
            state = state.With("Catch", new JsonArray([JsonObject.Of(("ErrorEquals", new JsonArray(["States.ALL"])), ("ResultPath", NewPath()), ("Next", Later(names, index)))]));
        return state;
    }

    private string Later(string[] names, int index) => names[random.Next(index + 1, names.Length)];

    private string NewName() => $"r{random.Next(4)}";

    private string NewPath() => "$." + NewName();

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Pick(params ReadOnlySpan<string> options) => options[random.Next(options.Length)];
}
