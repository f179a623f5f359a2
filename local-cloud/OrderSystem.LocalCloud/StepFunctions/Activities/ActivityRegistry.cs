using System.Collections.Concurrent;
using OrderSystem.LocalCloud.StepFunctions.Storage;

namespace OrderSystem.LocalCloud.StepFunctions.Activities;

/// <summary>The activities of the account.</summary>
internal sealed class ActivityRegistry
{
    private readonly ConcurrentDictionary<string, Activity> _byArn = new(StringComparer.Ordinal);
    private readonly ResourceStore _store;

    public ActivityRegistry(ResourceStore store)
    {
        _store = store;
        foreach (var (arn, name, creationDate, tags) in store.LoadActivities())
            GetOrAdd(new Activity(arn, name, creationDate)).Tags.Set(tags);
    }

    /// <summary>All activities, in the order of their creation.</summary>
    public IReadOnlyList<Activity> All => [.. _byArn.Values.OrderBy(activity => activity.CreationDate).ThenBy(activity => activity.Name, StringComparer.Ordinal)];

    public Activity? Find(string arn) => _byArn.GetValueOrDefault(arn);

    /// <summary>Adds an activity, or returns the existing activity with the same ARN.</summary>
    public Activity GetOrAdd(Activity activity) => _byArn.GetOrAdd(activity.Arn, activity);

    /// <summary>Saves an activity to disk, if there is a data folder.</summary>
    public ValueTask SaveAsync(Activity activity) => _store.SaveAsync(activity);

    public ValueTask RemoveAsync(string arn)
    {
        _byArn.TryRemove(arn, out _);
        return _store.DeleteAsync("activity", arn);
    }
}
