using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Tests.StatesLanguage.Resuming;

/// <summary>Well-formed state machines made by chance: every kind of state, nested, with retries and catches.</summary>
internal sealed class RandomMachine(Random random)
{
    private int _states;

    public string Create() => Machine(depth: 0).ToJsonString();

    private JsonObject Machine(int depth)
    {
        var count = random.Next(1, depth == 0 ? 5 : 3);
        var names = Enumerable.Range(0, count).Select(_ => $"S{_states++}").ToList();
        var states = new JsonObjectBuilder();
        for (var i = 0; i < count; i++)
            Add(states, names[i], i + 1 < count ? names[i + 1] : null, depth);
        return JsonObject.Of(("StartAt", names[0]), ("States", states.Build()));
    }

    private void Add(JsonObjectBuilder states, string name, string? next, int depth)
    {
        switch (random.Next(depth < 2 ? 9 : 6))
        {
            case 0:
                states.Set(name, Ended(next, ("Type", "Pass"), ("Result", random.Next(10)), ("ResultPath", $"$.p{random.Next(3)}")));
                break;
            case 1:
                states.Set(name, Ended(next, ("Type", "Pass"), ("Parameters", JsonObject.Of(("id.$", "States.UUID()"), ("n.$", "States.MathRandom(0, 1000)"))), ("Assign", JsonObject.Of(("v", random.Next(10)))), ("ResultPath", "$.random")));
                break;
            case 2:
                states.Set(name, Ended(next, ("Type", "Wait"), ("Seconds", random.Next(0, 4))));
                break;
            case 3:
                states.Set(name, Ended(next, ("Type", "Pass"), ("QueryLanguage", "JSONata"), ("Output", JsonObject.Of(("m", "{% $millis() %}"), ("r", "{% $random() %}"), ("was", "{% $states.input %}")))));
                break;
            case 4 or 5:
                AddWithRetry(states, name, next, ("Type", "Task"), ("Resource", random.Next(2) == 0 ? "arn:aws:lambda:us-east-1:000000000000:function:f" : "arn:aws:states:::sqs:sendMessage.waitForTaskToken"));
                break;
            case 6:
                var end = $"S{_states++}";
                states.Set(name, JsonObject.Of(("Type", "Choice"), ("Choices", new JsonArray([JsonObject.Of(("Variable", "$.p0"), ("IsPresent", true), ("Next", next ?? end))])), ("Default", end)));
                states.Set(end, next is null ? JsonObject.Of(("Type", "Succeed")) : JsonObject.Of(("Type", "Pass"), ("Next", next)));
                break;
            case 7:
                AddWithRetry(states, name, next, ("Type", "Parallel"), ("Branches", new JsonArray(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonValue)Machine(depth + 1)))));
                break;
            default:
                AddWithRetry(states, name, next, ("Type", "Map"), ("ItemsPath", "$$.Execution.Input.items"), ("MaxConcurrency", random.Next(3)), ("ItemProcessor", Machine(depth + 1)));
                break;
        }
    }

    private void AddWithRetry(JsonObjectBuilder states, string name, string? next, params ReadOnlySpan<(string, JsonValue)> fields)
    {
        var state = Ended(next, [.. fields, ("ResultPath", $"$.r{random.Next(3)}")]);
        if (random.Next(2) == 0)
            state = state.With("Retry", new JsonArray([JsonObject.Of(("ErrorEquals", new JsonArray(["Boom"])), ("MaxAttempts", random.Next(3)), ("JitterStrategy", random.Next(2) == 0 ? "FULL" : "NONE"))]));
        if (random.Next(2) == 0 && next is not null)
            state = state.With("Catch", new JsonArray([JsonObject.Of(("ErrorEquals", new JsonArray(["States.ALL"])), ("ResultPath", "$.error"), ("Next", next))]));
        states.Set(name, state);
    }

    private static JsonObject Ended(string? next, params ReadOnlySpan<(string, JsonValue)> fields)
    {
        var state = JsonObject.Of(fields);
        return next is null ? state.With("End", true) : state.With("Next", next);
    }
}
