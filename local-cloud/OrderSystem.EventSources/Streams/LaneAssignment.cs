namespace OrderSystem.EventSources.Streams;

/// <summary>Spreads keys over lanes, the same in every run: checkpoints speak of lanes (FNV-1a).</summary>
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
