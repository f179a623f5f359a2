using System.Text.Json.Nodes;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// The shipped template with longer timeouts. The scaled clock shortens timeouts, but it does not make the machine
/// faster. With the shipped timeouts, steps would time out on a busy machine although no fault was injected.
/// </summary>
/// <param name="FunctionSeconds">The timeout of a function, before scaling.</param>
/// <param name="StateSeconds">The timeout of a state that waits for the function, before scaling.</param>
internal sealed record PatientTemplate(int FunctionSeconds, int StateSeconds)
{
    private const string FunctionTimeout = "Timeout: !Ref FunctionTimeout";
    private const string PauseBefore = "PauseBefore";
    private const string StateTimeout = "\"TimeoutSeconds\": 30";

    // The shipped workflow retries for more than an hour while a store is unavailable; with this template, the retries end
    // within a run.
    private const string StorePatience = "\"MaxAttempts\": 100, \"BackoffRate\": 2, \"MaxDelaySeconds\": 120";
    private const string StorePatienceOfRuns = "\"MaxAttempts\": 8, \"BackoffRate\": 2, \"MaxDelaySeconds\": 30";

    /// <summary>The template for runs with hundreds of concurrent orders.</summary>
    public static PatientTemplate ForMany { get; } = new(60, 90);

    /// <summary>
    /// The template for tests with single orders. Its timeouts are shorter than those of <see cref="ForMany"/>, because
    /// a test that kills a process must wait until the function times out.
    /// </summary>
    public static PatientTemplate ForFew { get; } = new(30, 45);

    /// <summary>A delay in real time that is longer than a function's timeout.</summary>
    public TimeSpan BeyondEveryTimeout => (TimeSpan.FromSeconds(FunctionSeconds) * TestedCloud.TimeScale) + TimeSpan.FromSeconds(1);

    /// <summary>Writes the template and the state machine's definition to a folder.</summary>
    /// <returns>The path of the template.</returns>
    public string Write(DirectoryInfo folder)
    {
        var template = Path.Combine(folder.FullName, "template.yaml");
        File.WriteAllText(template, Replaced(File.ReadAllText(Repository.TemplatePath), FunctionTimeout, $"Timeout: {FunctionSeconds}"));
        var shipped = Path.Combine(Path.GetDirectoryName(Repository.TemplatePath)!, "order-workflow.asl.json");
        var definition = Replaced(File.ReadAllText(shipped), StateTimeout, $"\"TimeoutSeconds\": {StateSeconds}");
        File.WriteAllText(Path.Combine(folder.FullName, Path.GetFileName(shipped)), Replaced(definition, StorePatience, StorePatienceOfRuns));
        return template;
    }

    /// <summary>
    /// Changes the state machine's definition: adds a pause after each task, or removes the pauses. The history of an
    /// execution that ran with pauses does not match the definition without pauses, and vice versa.
    /// </summary>
    /// <param name="template">The path of the template. The definition is in the same folder.</param>
    /// <param name="revision">The number of the revision: odd revisions have pauses.</param>
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
        : throw new InvalidOperationException($"The shipped template or state machine no longer contains '{text}'. Update the constants of PatientTemplate.");
}
