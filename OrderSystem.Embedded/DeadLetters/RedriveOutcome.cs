namespace OrderSystem.Embedded.DeadLetters;

/// <summary>What became of a message that was tried again.</summary>
public abstract record RedriveOutcome
{
    /// <summary>There is no such message, or somebody else was first.</summary>
    public sealed record Gone : RedriveOutcome;

    /// <summary>The stream function took every record.</summary>
    /// <param name="OrderIds">Their orders.</param>
    public sealed record Taken(IReadOnlyList<string> OrderIds) : RedriveOutcome;

    /// <summary>An execution began under the input of the one that gave up.</summary>
    /// <param name="OrderId">Its order.</param>
    /// <param name="Execution">Its name.</param>
    public sealed record Started(string OrderId, string Execution) : RedriveOutcome;

    /// <summary>The message is still there.</summary>
    /// <param name="Problem">What stands in the way, for people.</param>
    public sealed record Stays(string Problem) : RedriveOutcome;
}
