using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>
/// Prints an execution's path while it runs: each state that it enters or exits, with the state's branch, and each
/// failure.
/// </summary>
/// <param name="output">The writer that receives the lines.</param>
/// <param name="prefix">The prefix of each line.</param>
internal sealed class PathPrinter(TextWriter output, string prefix = "") : IExecutionJournal
{
    private readonly Dictionary<int, string> _branches = new() { [0] = prefix };

    public void Append(HistoryEvent historyEvent)
    {
        // Lines of concurrent branches interleave, so each line begins with the indexes that identify the branch.
        var branch = _branches[historyEvent.Branch.StartedEventId];
        if (historyEvent.Branch.StartedEventId != 0)
            branch += $"[{historyEvent.Branch.Index}] ";
        if (historyEvent.Type is HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted)
            _branches.Add(historyEvent.Id, branch);
        if (Describe(historyEvent) is { } line)
            output.WriteLine(branch + line);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static string? Describe(HistoryEvent historyEvent) => historyEvent.Details switch
    {
        StateEnteredDetails entered => $"> {entered.Name} ({historyEvent.Type.ToString().Replace("StateEntered", "", StringComparison.Ordinal)})  {entered.Input}",
        StateExitedDetails exited => $"< {exited.Name}  {exited.Output}{Assigned(exited.AssignedVariables)}",
        EvaluationFailedDetails failed => $"! {failed.Error}: {failed.Cause}",
        FailureDetails failed when !historyEvent.Type.ToString().StartsWith("Execution", StringComparison.Ordinal) => $"! {failed.Error}: {failed.Cause}",
        _ => null,
    };

    private static string Assigned(StatesObject? variables) => variables is null ? "" : string.Concat(variables.Select(variable => $"  ${variable.Key} = {variable.Value}"));
}
