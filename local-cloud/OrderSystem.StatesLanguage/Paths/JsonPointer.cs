using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>Evaluates JSON pointers (RFC 6901), as used in ItemsPointer.</summary>
public static class JsonPointer
{
    /// <summary>Returns the value at a pointer in a document; null if the pointer matches nothing.</summary>
    public static StatesValue? Find(StatesValue document, string pointer)
    {
        StatesValue? part = document;
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescape))
        {
            part = part switch
            {
                StatesObject container => container[step],
                StatesArray array when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
        }

        return part;
    }

    private static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
