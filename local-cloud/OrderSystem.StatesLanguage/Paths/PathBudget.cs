namespace OrderSystem.StatesLanguage.Paths;

/// <summary>How much one evaluation of a path may do, filters included: no path hangs an execution or fills the memory.</summary>
internal sealed class PathBudget
{
    private const int MostSteps = 50_000_000, MostResults = 1_000_000;

    // A regular expression that backtracks is charged by its time: the budget lasts about as long as with any other step.
    private const double StepsPerMillisecond = 50_000;

    private int _steps = MostSteps;
    private int _results = MostResults;

    /// <summary>Takes so many steps off the budget.</summary>
    /// <exception cref="JsonPathException">It is used up.</exception>
    public void Step(int count = 1)
    {
        if ((_steps -= count) < 0)
            throw new JsonPathException($"The path takes more than {MostSteps} steps");
    }

    /// <summary>Takes the time that a step took off the budget.</summary>
    public void Spend(TimeSpan time) => Step((int)Math.Min(time.TotalMilliseconds * StepsPerMillisecond, MostSteps));

    /// <summary>Takes a result off the budget.</summary>
    public void Result()
    {
        if (--_results < 0)
            throw new JsonPathException($"The path leads to more than {MostResults} values");
    }
}
