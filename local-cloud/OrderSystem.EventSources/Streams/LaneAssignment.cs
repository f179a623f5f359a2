namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Assigns keys to lanes by an FNV-1a hash. The result must be the same in every run, because checkpoints refer to lanes.
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
