using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates the states of a state machine, branch or item processor, and their transitions.</summary>
internal sealed class MachineValidator(Findings findings, QueryLanguage language, bool allowsJsonPath, string path)
{
    private const int LongestStateName = 80;

    private static readonly string[] Fields = ["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"];
    private static readonly string[] InnerFields = ["Comment", "StartAt", "States", "ProcessorConfig"];

    public void Validate(StatesObject machine)
    {
        findings.Only(machine, path, path.Length == 0 ? Fields : InnerFields);
        findings.Required(machine, path, "States", "StartAt");
        findings.Integer(machine, path, "TimeoutSeconds", least: 1, most: 99_999_999);
        findings.OneOf(machine, path, "QueryLanguage", "JSONPath", "JSONata");
        findings.OneOf(machine, path, "Version", "1.0");
        findings.Text(machine, path, "Comment");
        findings.Text(machine, path, "StartAt");
        if (machine["States"] is not { } given)
            return;
        if (given is not StatesObject states)
        {
            findings.Schema($"{path}/States", "Expected value of type Object");
            return;
        }

        if (states.Count == 0)
            findings.Schema($"{path}/States", "Value cannot be empty");
        foreach (var (name, state) in states)
            ValidateState(name, state);
        // If StartAt is missing, skip this check, which would report every state as unreachable.
        if (machine["StartAt"] is StatesString)
            ValidateTransitions(machine, states);
    }

    private void ValidateState(string name, StatesValue state)
    {
        var location = $"{path}/States/{name}";
        if (name.Length > LongestStateName)
            findings.Schema(location, $"State name exceeds the maximum length of {LongestStateName} characters: {name}");
        if (!findings.StateNames.Add(name))
            findings.Schema(location, $"State name is not unique within the state machine: {name}");
        if (state is not StatesObject fields)
        {
            findings.Schema(location, "Expected value of type Object");
            return;
        }

        if (fields["QueryLanguage"] is StatesString { Value: "JSONPath" } && !allowsJsonPath)
            findings.Schema(location, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
        var own = DefinitionReader.LanguageOf(fields, language);
        new StateValidator(findings, own, language, location).Validate(fields);
    }

    private void ValidateTransitions(StatesObject machine, StatesObject states)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>();
        Follow(machine["StartAt"], $"{path}/StartAt", "StartAt");
        while (pending.TryDequeue(out var name))
        {
            var location = $"{path}/States/{name}";
            if (states[name] is not StatesObject state)
                continue;
            Follow(state["Next"], $"{location}/Next", "Next");
            Follow(state["Default"], $"{location}/Default", "Default");
            FollowAll(state["Choices"], $"{location}/Choices");
            FollowAll(state["Catch"], $"{location}/Catch");
        }

        foreach (var name in states.Names)
        {
            if (!reached.Contains(name))
                findings.Add(Diagnostic.MissingTransitionTarget, $"{path}/States/{name}", $"State \"{name}\" is not reachable.");
        }

        if (states.Count > 0 && !states.Any(state => IsTerminal(state.Value)) && findings.All.Count == 0)
            findings.Add(Diagnostic.MissingEndState, null, "Workflow has no terminal state");

        void Follow(StatesValue? target, string location, string field)
        {
            if (target is not StatesString { Value: var next })
                return;
            if (!states.Contains(next))
                findings.Add(Diagnostic.MissingTransitionTarget, location, $"Missing '{field}' target: {next}");
            else if (reached.Add(next))
                pending.Enqueue(next);
        }

        void FollowAll(StatesValue? entries, string location)
        {
            var index = 0;
            foreach (var entry in entries as StatesArray ?? StatesArray.Empty)
                Follow((entry as StatesObject)?["Next"], $"{location}[{index++}]/Next", "Next");
        }
    }

    private static bool IsTerminal(StatesValue state) =>
        state is StatesObject fields && (fields["Type"] is StatesString { Value: "Succeed" or "Fail" } || fields["End"] is StatesBoolean { Value: true });
}
