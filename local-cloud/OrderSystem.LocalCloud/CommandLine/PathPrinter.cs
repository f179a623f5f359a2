using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>Shows an execution as it goes: states entered and left, indented by branch, and what failed in between.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="prefix">What they begin with.</param>
internal sealed class PathPrinter(TextWriter output, string prefix = "") : IExecutionJournal
{
    private readonly Dictionary<int, string> _branches = new() { [0] = prefix };

    public void Append(HistoryEvent historyEvent)
    {
        // Branches that run at once mix their lines: each names its branch by the indexes that lead to it.
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

    private static string Assigned(JsonObject? variables) => variables is null ? "" : string.Concat(variables.Select(variable => $"  ${variable.Key} = {variable.Value}"));
}
