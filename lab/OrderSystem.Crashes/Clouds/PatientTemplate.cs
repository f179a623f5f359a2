using System.Text.Json.Nodes;

namespace OrderSystem.Crashes.Clouds;

/// <summary>
/// The shipped template, with steps that may take longer. The hurried clock hurries their timeouts too, and the machine is
/// no faster for that: on a busy one, steps would run out of time that nothing keeps from their work.
/// </summary>
/// <param name="FunctionSeconds">How long a function may run, before the clock is hurried.</param>
/// <param name="StateSeconds">How long a state may wait for it.</param>
internal sealed record PatientTemplate(int FunctionSeconds, int StateSeconds)
{
    private const string FunctionTimeout = "Timeout: !Ref FunctionTimeout";
    private const string PauseBefore = "PauseBefore";
    private const string StateTimeout = "\"TimeoutSeconds\": 30";

    // A store is waited for, for more than an hour; here one that never answers is given up within a run.
    private const string StorePatience = "\"MaxAttempts\": 100, \"BackoffRate\": 2, \"MaxDelaySeconds\": 120";
    private const string StorePatienceOfRuns = "\"MaxAttempts\": 8, \"BackoffRate\": 2, \"MaxDelaySeconds\": 30";

    /// <summary>For hundreds of orders at once.</summary>
    public static PatientTemplate ForMany { get; } = new(60, 90);

    /// <summary>For orders one by one: how long to wait for a process that died.</summary>
    public static PatientTemplate ForFew { get; } = new(30, 45);

    /// <summary>A delay that no step outlives, in real time.</summary>
    public TimeSpan BeyondEveryTimeout => (TimeSpan.FromSeconds(FunctionSeconds) * TestedCloud.TimeScale) + TimeSpan.FromSeconds(1);

    /// <summary>Writes it, and the state machine beside it.</summary>
    /// <returns>The template's path.</returns>
    public string Write(DirectoryInfo folder)
    {
        var template = Path.Combine(folder.FullName, "template.yaml");
        File.WriteAllText(template, Replaced(File.ReadAllText(Repository.TemplatePath), FunctionTimeout, $"Timeout: {FunctionSeconds}"));
        var shipped = Path.Combine(Path.GetDirectoryName(Repository.TemplatePath)!, "order-workflow.asl.json");
        var definition = Replaced(File.ReadAllText(shipped), StateTimeout, $"\"TimeoutSeconds\": {StateSeconds}");
        File.WriteAllText(Path.Combine(folder.FullName, Path.GetFileName(shipped)), Replaced(definition, StorePatience, StorePatienceOfRuns));
        return template;
    }

    /// <summary>Writes another definition beside a template: with a pause after each task, or without. No history fits both.</summary>
    public static void Change(string template, int revision)
    {
        var path = Path.Combine(Path.GetDirectoryName(template)!, "order-workflow.asl.json");
        var definition = JsonNode.Parse(File.ReadAllText(path))!;
        var states = definition["States"]!.AsObject();
        foreach (var (name, state) in states.ToList())
        {
            if (name.StartsWith(PauseBefore, StringComparison.Ordinal))
                states.Remove(name);
            else if (((string?)state!["Next"])?.StartsWith(PauseBefore, StringComparison.Ordinal) == true)
                state["Next"] = ((string)state["Next"]!)[PauseBefore.Length..];
        }

        foreach (var (name, state) in revision % 2 == 0 ? [] : states.Where(state => (string?)state.Value!["Type"] == "Task" && state.Value["Next"] is not null).ToList())
        {
            var next = (string)state!["Next"]!;
            state["Next"] = PauseBefore + next;
            states[PauseBefore + next] = new JsonObject { ["Type"] = "Wait", ["Seconds"] = 1, ["Next"] = next };
        }

        File.WriteAllText(path + ".next", definition.ToJsonString());
        File.Move(path + ".next", path, overwrite: true);
    }

    private static string Replaced(string document, string text, string with) => document.Contains(text, StringComparison.Ordinal)
        ? document.Replace(text, with, StringComparison.Ordinal)
        : throw new InvalidOperationException($"The deployed template no longer contains {text}.");
}
