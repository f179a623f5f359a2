using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>Walks a document along a path and collects the matches.</summary>
internal readonly struct PathSearch(JsonPath path, StatesValue root, List<StatesValue> found, PathBudget budget)
{
    /// <summary>
    /// Applies the path's segments, from the segment at <paramref name="index"/> on, to a value.
    /// <paramref name="definite"/> says whether all earlier segments were definite.
    /// </summary>
    public void From(StatesValue value, int index, bool definite)
    {
        budget.Step();
        if (index == path.Segments.Length)
        {
            budget.Result();
            found.Add(value);
            return;
        }

        switch (path.Segments[index])
        {
            case PropertySegment property:
                Property(value, property, index, definite);
                break;
            case PropertiesSegment properties:
                Properties(value, properties, index, definite);
                break;
            case IndexSegment single:
                if (AsArray(value, index, definite) is { } indexed)
                    Element(indexed, single.Index, index, definite);
                break;
            case IndexesSegment several:
                if (AsArray(value, index, definite) is { } list)
                {
                    foreach (var wanted in several.Indexes)
                        Element(list, wanted, index, definite: false);
                }

                break;
            case SliceSegment slice:
                if (AsArray(value, index, definite) is { } sliced)
                    Slice(sliced, slice, index);
                break;
            case WildcardSegment:
                foreach (var child in Children(value))
                    From(child, index + 1, definite: false);
                break;
            case DescendantsSegment:
                Descend(value, index);
                break;
            case FilterSegment filter:
                foreach (var child in value is StatesArray items ? items.AsSpan().ToArray() : [value])
                {
                    if (filter.Filter.Accepts(child, root, budget))
                        From(child, index + 1, definite: false);
                }

                break;
            case FromEndSegment fromEnd:
                if (AsArray(value, index, definite) is { } counted)
                    Element(counted, counted.Count - fromEnd.Offset, index, definite);
                break;
        }
    }

    private static IEnumerable<StatesValue> Children(StatesValue value) => value switch
    {
        StatesArray array => array,
        StatesObject container => container.Values.ToArray(),
        _ => [],
    };

    private void Property(StatesValue value, PropertySegment property, int index, bool definite)
    {
        if (value is not StatesObject container)
        {
            if (definite)
            {
                throw new JsonPathException(
                    $"Expected to find an object with property ['{property.Name}'] in path {path.Describe(index)} but found '{JavaTypes.NameOf(value)}'. "
                    + "This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.");
            }

            return;
        }

        if (container[property.Name] is { } child)
            From(child, index + 1, definite);
        else if (definite && index + 1 < path.Segments.Length)
            throw new JsonPathException($"Missing property in path {path.Describe(index + 1)}");
    }

    private void Properties(StatesValue value, PropertiesSegment properties, int index, bool definite)
    {
        if (value is not StatesObject container)
            return;
        var chosen = new StatesObjectBuilder();
        foreach (var name in properties.Names)
        {
            if (container[name] is { } child)
                chosen.Set(name, child);
        }

        From(chosen.Build(), index + 1, definite);
    }

    private StatesArray? AsArray(StatesValue value, int index, bool definite)
    {
        if (value is StatesArray array)
            return array;
        return definite
            ? throw new JsonPathException($"Filter: {path.Segments[index].Describe()} can only be applied to arrays. Current context is: {value.ToJsonString()}")
            : null;
    }

    private void Element(StatesArray array, int wanted, int index, bool definite)
    {
        if (wanted >= 0 && wanted < array.Count)
            From(array[wanted], index + 1, definite);
    }

    private void Slice(StatesArray array, SliceSegment slice, int index)
    {
        var from = slice.From ?? 0;
        var to = slice.To ?? array.Count;
        from = Math.Max(0, from < 0 ? array.Count + from : from);
        to = Math.Min(array.Count, to < 0 ? array.Count + to : to);
        for (var i = from; i < to; i++)
            From(array[i], index + 1, definite: false);
    }

    private void Descend(StatesValue value, int index)
    {
        // The segment after ".." is applied to the value itself and to all its descendants.
        if (value is StatesObject or StatesArray)
        {
            if (path.Segments[index + 1] is not (IndexSegment or FromEndSegment or IndexesSegment or SliceSegment or FilterSegment) || value is StatesArray)
                From(value, index + 1, definite: false);
            foreach (var child in Children(value))
            {
                budget.Step();
                Descend(child, index);
            }
        }
    }
}
