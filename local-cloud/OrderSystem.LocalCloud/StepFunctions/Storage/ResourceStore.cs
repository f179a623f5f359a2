using OrderSystem.LocalCloud.StepFunctions.Activities;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// Stores state machines, their revisions, and activities on disk. If no data folder is configured, stores nothing.
/// </summary>
internal sealed class ResourceStore(StepFunctionsDatabaseProvider provider)
{
    private const string Save = "INSERT OR REPLACE INTO resources (kind, arn, document) VALUES (?1, ?2, ?3)";
    private const string Delete = "DELETE FROM resources WHERE kind = ?1 AND arn = ?2";
    private const string Select = "SELECT arn, document FROM resources WHERE kind = ?1";

    private readonly Dictionary<string, StateMachineRevision> _revisions = new(StringComparer.Ordinal);

    private StepFunctionsDatabase? Database => provider.Database;

    /// <summary>Loads the stored state machines.</summary>
    public IEnumerable<StateMachineResource> LoadStateMachines()
    {
        foreach (var (arn, document) in Load("stateMachine"))
            yield return StateMachineDocument.Read(arn, document, FindRevision);
    }

    /// <summary>Loads the stored activities.</summary>
    public IEnumerable<(string Arn, string Name, DateTimeOffset CreationDate, StatesArray? Tags)> LoadActivities()
    {
        foreach (var (arn, document) in Load("activity"))
        {
            var fields = StoredFields.Read(document);
            yield return (arn, fields.Text("name"), fields.Date("creationDate"), fields["tags"] as StatesArray);
        }
    }

    /// <summary>Returns the stored revision with the given key.</summary>
    public StateMachineRevision FindRevision(string key)
    {
        lock (_revisions)
        {
            if (!_revisions.TryGetValue(key, out var revision))
            {
                var document = Database!.Read("SELECT document FROM resources WHERE kind = 'revision' AND arn = ?1", row => row.GetBytes(0), key).Single();
                _revisions.Add(key, revision = StateMachineDocument.ReadRevision(key, document));
            }

            return revision;
        }
    }

    /// <summary>Saves a state machine. The task completes when the state machine is on disk.</summary>
    public ValueTask SaveAsync(StateMachineResource machine)
    {
        if (Database is null)
            return ValueTask.CompletedTask;
        lock (_revisions)
        {
            if (_revisions.TryAdd(machine.Revision.Key, machine.Revision))
                Database.Write(Save, "revision", machine.Revision.Key, StateMachineDocument.WriteRevision(machine.Name, machine.Revision));
        }

        Database.Write(Save, "stateMachine", machine.Arn, StateMachineDocument.Write(machine));
        return Database.FlushAsync();
    }

    /// <summary>Saves an activity. The task completes when the activity is on disk.</summary>
    public ValueTask SaveAsync(Activity activity)
    {
        if (Database is null)
            return ValueTask.CompletedTask;
        var tags = new StatesArray(activity.Tags.All.Select(tag => (StatesValue)StatesObject.Of(("key", tag.Key), ("value", tag.Value))));
        Database.Write(Save, "activity", activity.Arn, StatesObject.Of(("name", activity.Name), ("creationDate", activity.CreationDate.UtcTicks), ("tags", tags)).ToUtf8Bytes());
        return Database.FlushAsync();
    }

    /// <summary>Deletes a state machine or an activity. The task completes when the deletion is on disk.</summary>
    /// <param name="kind">The kind of resource: <c>stateMachine</c> or <c>activity</c>.</param>
    /// <param name="arn">The ARN of the resource.</param>
    public ValueTask DeleteAsync(string kind, string arn)
    {
        Database?.Write(Delete, kind, arn);
        return Database?.FlushAsync() ?? ValueTask.CompletedTask;
    }

    private IReadOnlyList<(string Arn, byte[] Document)> Load(string kind) =>
        Database?.Read(Select, row => (row.GetString(0), row.GetBytes(1)), kind) ?? [];
}
