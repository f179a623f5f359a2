using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>
/// Writes a value into a document, as ResultPath does. Where the path requires an object but the document has no value
/// or a value of another type, an object is created.
/// </summary>
internal static class ReferencePath
{
    /// <summary>Returns a copy of the document with the value set at the path.</summary>
    /// <exception cref="JsonPathException">The path contains an array index that does not exist in the document.</exception>
    public static StatesValue Set(JsonPath path, StatesValue document, StatesValue value) => Set(path, path.Segments, document, value);

    private static StatesValue Set(JsonPath path, ReadOnlySpan<PathSegment> segments, StatesValue? document, StatesValue value)
    {
        if (segments.IsEmpty)
            return value;
        switch (segments[0])
        {
            case PropertySegment { Name: var name }:
                var container = document as StatesObject ?? StatesObject.Empty;
                return container.With(name, Set(path, segments[1..], container[name], value));
            case IndexSegment { Index: var index } when document is StatesArray array && index >= 0 && index < array.Count:
                return array.With(index, Set(path, segments[1..], array[index], value));
            default:
                throw new JsonPathException($"Unable to apply Reference Path {path.Text} to input {document?.ToJsonString()}");
        }
    }
}
