using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// Generates random valid state machines in both query languages. States transition only to later states, so that every
/// execution ends. Each state keeps its input and may add a property to it. States in concurrent branches all fail with the
/// same error, because which of them fails first is not deterministic. Values that are random at run time are in properties
/// whose names begin with <c>chance</c>.
/// </summary>
internal sealed class RandomMachine(Random random)
{
    private static readonly string[] Errors = ["Flaky", "Broken", "States.TaskFailed"];

    private static readonly string[] Resources =
    [
        "arn:aws:lambda:us-east-1:000000000000:function:f",
        "arn:aws:states:us-east-1:000000000000:activity:a",
        "arn:aws:states:::sqs:sendMessage",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::states:startExecution.sync:2",
    ];

    private int _names;

    /// <summary>Returns an input that every generated machine can process.</summary>
    public StatesObject Input() => StatesObject.Of(
        ("a", random.Next(-3, 10)),
        ("b", Pick("", "x", "käse", "a,b,c")),
        ("c", random.Next(2) == 0),
        ("items", new StatesArray(Enumerable.Range(0, random.Next(4)).Select(i => (StatesValue)StatesNumber.Of(i * 7)))));

    public StatesObject Machine()
    {
        var machine = Graph(depth: 0, isConcurrent: false);
        return Chance(30) ? machine.With("TimeoutSeconds", random.Next(1, 100)) : machine;
    }

    private StatesObject Graph(int depth, bool isConcurrent)
    {
        var names = Enumerable.Range(0, random.Next(1, depth == 0 ? 6 : 4)).Select(_ => $"S{_names++}").ToArray();
        var states = new StatesObjectBuilder();
        for (var i = 0; i < names.Length; i++)
            states.Set(names[i], State(names, i, depth, isConcurrent));
        return StatesObject.Of(("StartAt", names[0]), ("States", states.Build()));
    }

    private StatesObject State(string[] names, int index, int depth, bool isConcurrent)
    {
        var isLast = index == names.Length - 1;
        if (isLast && Chance(4))
            return Chance(2) ? Typed("Succeed", Chance(2)) : Fail(isConcurrent);
        var isJsonata = Chance(3);
        var state = random.Next(isLast ? 6 : 8) switch
        {
            0 => isJsonata ? JsonataPass() : Pass(),
            1 => Wait(isJsonata),
            2 or 3 => Task(isConcurrent, isJsonata),
            4 when depth < 3 => Parallel(depth, isJsonata),
            5 when depth < 3 => Map(depth, isJsonata),
            6 or 7 => Choice(names, index, isJsonata),
            _ => JsonataPass(),
        };
        if (state.Contains("Choices"))
            return state;
        if (state["Type"] is StatesString { Value: "Task" or "Parallel" or "Map" })
            state = WithErrorHandling(state, names, index, isConcurrent);
        return isLast ? state.With("End", true) : state.With("Next", names[index + 1]);
    }

    private StatesObject Pass() => random.Next(5) switch
    {
        0 => Typed("Pass"),
        1 => Typed("Pass").With("Result", random.Next(100)).With("ResultPath", NewPath()),
        2 => Typed("Pass").With("Parameters", StatesObject.Of(("sum.$", "States.MathAdd($.a, 1)"), ("text.$", "States.Format('{}-{}', $.b, $.c)"))).With("ResultPath", NewPath()),
        3 => Typed("Pass").With("Parameters", StatesObject.Of(("id.$", "States.UUID()"), ("n.$", "States.MathRandom(0, 1000)"))).With("ResultPath", "$.chance0"),
        _ => Typed("Pass").With("Assign", StatesObject.Of(("v.$", "$.a"), ("w", random.Next(5)))),
    };

    private StatesObject JsonataPass() => Typed("Pass", isJsonata: true)
        .With("Assign", StatesObject.Of(("v", "{% $states.input.a * 2 %}")))
        .With("Output", Chance(3) ? Handed("'chance1': $random() & $millis() & $uuid()") : Handed($"'{NewName()}': $count($states.input.items) + {random.Next(9)}"));

    private StatesObject Wait(bool isJsonata) => random.Next(3) switch
    {
        0 when isJsonata => Typed("Wait", isJsonata: true).With("Seconds", "{% $count($states.input.items) %}"),
        0 => Typed("Wait").With("Timestamp", "2020-01-01T00:00:00Z"),
        _ => Typed("Wait").With("Seconds", random.Next(1, 5)),
    };

    private StatesObject Task(bool isConcurrent, bool isJsonata)
    {
        var error = isConcurrent ? Errors[0] : Pick(Errors);
        var failures = Chance(3) ? random.Next(1, 4) : 0;
        // PredictableTasks reads from the parameters how often the task fails before it succeeds, with which error, and
        // whether it hangs.
        var hangs = !isConcurrent && Chance(8);
        var parameters = isJsonata
            ? StatesObject.Of(("a", "{% $states.input.a %}"), ("failures", failures), ("error", error), ("hangs", hangs))
            : StatesObject.Of(("a.$", "$.a"), ("failures", failures), ("error", error), ("hangs", hangs));
        var task = WithResult(Typed("Task", isJsonata).With("Resource", Pick(Resources)).With(isJsonata ? "Arguments" : "Parameters", parameters), isJsonata);
        if (hangs)
            task = Chance(2) ? task.With("TimeoutSeconds", random.Next(2, 9)) : task.With("TimeoutSeconds", 9).With("HeartbeatSeconds", random.Next(1, 8));
        return task;
    }

    private StatesObject Parallel(int depth, bool isJsonata) => WithResult(
        Typed("Parallel", isJsonata).With("Branches", new StatesArray(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (StatesValue)Graph(depth + 1, isConcurrent: true)))),
        isJsonata);

    private StatesObject Map(int depth, bool isJsonata)
    {
        var isDistributed = Chance(3);
        var processor = Graph(depth + 1, isConcurrent: true);
        if (isDistributed)
            processor = processor.With("ProcessorConfig", StatesObject.Of(("Mode", "DISTRIBUTED"), ("ExecutionType", "STANDARD")));
        var selector = isJsonata
            ? StatesObject.Of(("a", "{% $states.context.Map.Item.Value %}"), ("index", "{% $states.context.Map.Item.Index %}"),
                ("b", "{% $states.input.b %}"), ("c", "{% $states.input.c %}"), ("items", new StatesArray([1, 2])))
            : StatesObject.Of(("a.$", "$$.Map.Item.Value"), ("index.$", "$$.Map.Item.Index"), ("b.$", "$.b"), ("c.$", "$.c"), ("items", new StatesArray([1, 2])));
        var map = Typed("Map", isJsonata)
            .With(isJsonata ? "Items" : "ItemsPath", isJsonata ? "{% $states.input.items %}" : "$.items")
            .With("MaxConcurrency", random.Next(3))
            .With("ItemSelector", selector)
            .With("ItemProcessor", processor);
        return WithResult(isDistributed ? Distributed(map) : map, isJsonata);
    }

    private StatesObject Distributed(StatesObject map)
    {
        if (Chance(2))
            map = map.With(Pick("ToleratedFailureCount", "ToleratedFailurePercentage"), random.Next(4) * 25 % 60);
        return Chance(3) ? map.With("ResultWriter", StatesObject.Of(("WriterConfig", StatesObject.Of(("Transformation", Pick("COMPACT", "FLATTEN")), ("OutputType", "JSON"))))) : map;
    }

    private StatesObject Choice(string[] names, int index, bool isJsonata) => Typed("Choice", isJsonata)
        .With("Choices", isJsonata
            ? new StatesArray([
                StatesObject.Of(("Condition", $"{{% $states.input.a > {random.Next(10)} %}}"), ("Next", Later(names, index)), ("Output", Handed($"'{NewName()}': 'chosen'"))),
                StatesObject.Of(("Condition", "{% $states.input.c and $contains($states.input.b, 'a') %}"), ("Assign", StatesObject.Of(("u", "{% $states.input.b %}"))), ("Next", Later(names, index))),
            ])
            : new StatesArray([
                StatesObject.Of(("Variable", "$.a"), ("NumericGreaterThan", random.Next(10)), ("Next", Later(names, index))),
                StatesObject.Of(("And",
                    new StatesArray([StatesObject.Of(("Variable", "$.c"), ("BooleanEquals", true)),
                    StatesObject.Of(("Variable", "$.b"), ("StringMatches", "*a*"))])), ("Next", Later(names, index))),
            ]))
        .With("Default", names[index + 1]);

    private StatesObject Fail(bool isConcurrent) => Typed("Fail").With("Error", isConcurrent ? Errors[0] : Pick(Errors)).With("Cause", "it failed");

    private StatesObject WithErrorHandling(StatesObject state, string[] names, int index, bool isConcurrent)
    {
        if (Chance(2))
        {
            var retry = StatesObject.Of(
                ("ErrorEquals", new StatesArray([Pick("States.ALL", isConcurrent ? Errors[0] : Pick(Errors), "States.HeartbeatTimeout")])),
                ("IntervalSeconds", random.Next(1, 4)), ("MaxAttempts", random.Next(4)), ("BackoffRate", 1.5));
            state = state.With("Retry", new StatesArray([Chance(2) ? retry.With("JitterStrategy", "FULL") : retry]));
        }

        if (index < names.Length - 1 && Chance(2))
        {
            var isJsonata = state.Contains("QueryLanguage");
            var handled = StatesObject.Of(("ErrorEquals", new StatesArray(["States.ALL"])), ("Next", Later(names, index)));
            handled = isJsonata ? handled.With("Output", Handed($"'{NewName()}': $states.errorOutput.Error")) : handled.With("ResultPath", NewPath());
            state = state.With("Catch", new StatesArray([handled]));
        }

        return state;
    }

    /// <summary>Adds the field that places the state's result in its input.</summary>
    private StatesObject WithResult(StatesObject state, bool isJsonata) => isJsonata ? state.With("Output", Handed($"'{NewName()}': $states.result")) : state.With("ResultPath", NewPath());

    private static StatesObject Typed(string type, bool isJsonata = false) => isJsonata ? StatesObject.Of(("Type", type), ("QueryLanguage", "JSONata")) : StatesObject.Of(("Type", type));

    private static StatesValue Handed(string field) => $"{{% $merge([$states.input, {{{field}}}]) %}}";

    private string Later(string[] names, int index) => names[random.Next(index + 1, names.Length)];

    private string NewName() => $"r{random.Next(4)}";

    private string NewPath() => "$." + NewName();

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Pick(params ReadOnlySpan<string> options) => options[random.Next(options.Length)];
}
