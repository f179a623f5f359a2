namespace OrderSystem.StatesLanguage.Paths;

/// <summary>Limits the time and memory of one path evaluation, filters included.</summary>
internal sealed class PathBudget
{
    private const int MostSteps = 50_000_000, MostResults = 1_000_000;

    // The cost of a backtracking regular expression is measured as time. Roughly this number of path steps runs in one
    // millisecond.
    private const double StepsPerMillisecond = 50_000;

    private int _steps = MostSteps;
    private int _results = MostResults;

    /// <summary>Charges a number of steps to the budget.</summary>
    /// <exception cref="JsonPathException">The budget is exhausted.</exception>
    public void Step(int count = 1)
    {
        if ((_steps -= count) < 0)
            throw new JsonPathException($"The evaluation of the path takes more than {MostSteps} steps");
    }

    /// <summary>Converts the duration of a regular expression match to steps, and charges the steps to the budget.</summary>
    public void Spend(TimeSpan time) => Step((int)Math.Min(time.TotalMilliseconds * StepsPerMillisecond, MostSteps));

    /// <summary>Charges one result to the budget.</summary>
    public void Result()
    {
        if (--_results < 0)
            throw new JsonPathException($"The path matches more than {MostResults} values");
    }
}
