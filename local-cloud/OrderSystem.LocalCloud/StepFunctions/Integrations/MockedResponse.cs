using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>
/// The outcomes of a mocked state, each for one attempt (<c>"0"</c>) or for a range of attempts (<c>"1-2"</c>).
/// </summary>
internal sealed class MockedResponse
{
    private readonly List<(int First, int Last, MockedOutcome Outcome)> _outcomes = [];

    public static MockedResponse Parse(string name, StatesObject attempts)
    {
        var response = new MockedResponse();
        foreach (var (range, outcome) in attempts)
        {
            var bounds = range.Split('-');
            if (bounds.Length > 2 || !int.TryParse(bounds[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(bounds[^1], CultureInfo.InvariantCulture, out var last))
                throw new FormatException($"'{range}' in MockedResponses.{name} must be an attempt or a range of attempts, such as \"0\" or \"1-2\"");
            response._outcomes.Add((first, last, MockedOutcome.Parse(outcome as StatesObject ?? throw new FormatException($"MockedResponses.{name}.{range} is not an object"))));
        }

        return response;
    }

    /// <summary>
    /// Returns the outcome of an attempt, which is counted from 0; null if the configuration has no outcome for this
    /// attempt.
    /// </summary>
    public MockedOutcome? Attempt(int number) => _outcomes.Find(outcome => number >= outcome.First && number <= outcome.Last).Outcome;
}

/// <summary>The outcome of a mocked attempt: either a result or an error.</summary>
internal sealed record MockedOutcome(StatesValue? Return, string? Error, string? Cause)
{
    public static MockedOutcome Parse(StatesObject outcome)
    {
        if (outcome["Return"] is { } result)
            return new MockedOutcome(result, null, null);
        var failure = outcome["Throw"] as StatesObject ?? throw new FormatException("a mocked outcome must have either Return or Throw");
        return new MockedOutcome(null, (failure["Error"] as StatesString)?.Value, (failure["Cause"] as StatesString)?.Value);
    }
}
