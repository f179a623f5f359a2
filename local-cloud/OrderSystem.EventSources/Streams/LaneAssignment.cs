namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Assigns keys to lanes by an FNV-1a hash. A key must belong to the same lane in every run, because a checkpoint
/// contains a position for each lane.
/// </summary>
internal static class LaneAssignment
{
    public static int LaneOf(string key, int lanes)
    {
        if (lanes == 1)
            return 0;
        var hash = 2166136261u;
        foreach (var character in key)
            hash = unchecked((hash ^ character) * 16777619u);
        return (int)(hash % (uint)lanes);
    }
}
