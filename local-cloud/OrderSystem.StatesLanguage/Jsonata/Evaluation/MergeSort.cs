namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>A stable sort that terminates even if the expression's comparison function is inconsistent.</summary>
internal static class MergeSort
{
    public static T[] Sort<T>(IReadOnlyList<T> items, Comparison<T> compare)
    {
        T[] sorted = [.. items];
        Sort(sorted, new T[sorted.Length], 0, sorted.Length, compare);
        return sorted;
    }

    private static void Sort<T>(T[] items, T[] spare, int from, int to, Comparison<T> compare)
    {
        if (to - from < 2)
            return;
        var middle = from + ((to - from) / 2);
        Sort(items, spare, from, middle, compare);
        Sort(items, spare, middle, to, compare);
        var (left, right) = (from, middle);
        for (var i = from; i < to; i++)
            spare[i] = right >= to || (left < middle && compare(items[left], items[right]) <= 0) ? items[left++] : items[right++];
        Array.Copy(spare, from, items, from, to - from);
    }
}
