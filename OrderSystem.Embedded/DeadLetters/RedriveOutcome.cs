namespace OrderSystem.Embedded.DeadLetters;

/// <summary>The result of redriving a dead-letter message.</summary>
public abstract record RedriveOutcome
{
    /// <summary>The message does not exist, or another redrive removed it first.</summary>
    public sealed record Gone : RedriveOutcome;

    /// <summary>The stream function processed every record.</summary>
    /// <param name="OrderIds">The ids of the records' orders.</param>
    public sealed record Taken(IReadOnlyList<string> OrderIds) : RedriveOutcome;

    /// <summary>A new execution was started with the input of the failed execution.</summary>
    /// <param name="OrderId">The order's id.</param>
    /// <param name="Execution">The new execution's name.</param>
    public sealed record Started(string OrderId, string Execution) : RedriveOutcome;

    /// <summary>The message was not redriven and is kept.</summary>
    /// <param name="Problem">Why the message was not redriven, as a sentence.</param>
    public sealed record Stays(string Problem) : RedriveOutcome;
}
