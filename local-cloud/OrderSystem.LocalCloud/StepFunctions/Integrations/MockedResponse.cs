using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>The outcomes of a mocked state, by attempt: <c>"0"</c>, <c>"1-2"</c>, …</summary>
internal sealed class MockedResponse
{
    private readonly List<(int First, int Last, MockedOutcome Outcome)> _outcomes = [];

    public static MockedResponse Parse(string name, JsonObject attempts)
    {
        var response = new MockedResponse();
        foreach (var (range, outcome) in attempts)
        {
            var bounds = range.Split('-');
            if (bounds.Length > 2 || !int.TryParse(bounds[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(bounds[^1], CultureInfo.InvariantCulture, out var last))
                throw new FormatException($"'{range}' in MockedResponses.{name} is not an attempt, such as \"0\" or \"1-2\"");
            response._outcomes.Add((first, last, MockedOutcome.Parse(outcome as JsonObject ?? throw new FormatException($"MockedResponses.{name}.{range} is not an object"))));
        }

        return response;
    }

    /// <summary>The outcome of an attempt, counted from 0, or null if none is given for it.</summary>
    public MockedOutcome? Attempt(int number) => _outcomes.Find(outcome => number >= outcome.First && number <= outcome.Last).Outcome;
}

/// <summary>A mocked task's result, or its error.</summary>
internal sealed record MockedOutcome(JsonValue? Return, string? Error, string? Cause)
{
    public static MockedOutcome Parse(JsonObject outcome)
    {
        if (outcome["Return"] is { } result)
            return new MockedOutcome(result, null, null);
        var failure = outcome["Throw"] as JsonObject ?? throw new FormatException("a mocked outcome has either Return or Throw");
        return new MockedOutcome(null, (failure["Error"] as JsonString)?.Value, (failure["Cause"] as JsonString)?.Value);
    }
}
