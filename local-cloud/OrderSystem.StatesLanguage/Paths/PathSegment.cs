using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>One segment of a path.</summary>
internal abstract record PathSegment
{
    /// <summary>Whether the segment matches at most one value.</summary>
    public virtual bool IsDefinite => false;

    /// <summary>Returns the segment in bracket notation.</summary>
    public abstract string Describe();
}

/// <summary>A property, <c>.name</c>.</summary>
internal sealed record PropertySegment(string Name) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => $"['{Name}']";
}

/// <summary>Several properties, <c>['a','b']</c>; yields an object with them.</summary>
internal sealed record PropertiesSegment(string[] Names) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => $"['{string.Join("','", Names)}']";
}

/// <summary>An array index, <c>[1]</c>; a negative one counts from the end.</summary>
internal sealed record IndexSegment(int Index) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"[{Index}]");
}

/// <summary>Several array indexes, <c>[1,3]</c>.</summary>
internal sealed record IndexesSegment(int[] Indexes) : PathSegment
{
    public override string Describe() => $"[{string.Join(',', Indexes)}]";
}

/// <summary>A range of array indexes, <c>[1:3]</c>.</summary>
internal sealed record SliceSegment(int? From, int? To) : PathSegment
{
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"[{From}:{To}]");
}

/// <summary>A wildcard, <c>*</c>.</summary>
internal sealed record WildcardSegment : PathSegment
{
    public override string Describe() => "[*]";
}

/// <summary>Descendants, <c>..</c>: applies the next segment to the value and everything below it.</summary>
internal sealed record DescendantsSegment : PathSegment
{
    public override string Describe() => "..";
}

/// <summary>A filter, <c>[?(…)]</c>.</summary>
internal sealed record FilterSegment(PathFilter Filter) : PathSegment
{
    public override string Describe() => "[?]";
}

/// <summary>A function at the end of a path, such as <c>.length()</c>.</summary>
internal sealed record FunctionSegment(string Name) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => $".{Name}()";

    /// <summary>Applies the function; null if it does not apply to the value.</summary>
    public JsonValue? Apply(JsonValue value)
    {
        if (Name == "length")
        {
            return value switch
            {
                JsonArray array => JsonNumber.Of(array.Count),
                JsonObject container => JsonNumber.Of(container.Count),
                JsonString text => JsonNumber.Of(text.Value.Length),
                _ => null,
            };
        }

        if (Name == "keys")
            return value is JsonObject keyed ? new JsonArray(keyed.Names.ToArray().Select(name => (JsonValue)name)) : null;
        var numbers = value is JsonArray items ? items.OfType<JsonNumber>().Select(number => number.Value).ToArray() : [];
        if (numbers.Length == 0)
            throw new JsonPathException($"Aggregation function attempted to calculate value using empty array");
        return Name switch
        {
            "min" => JsonNumber.Of(numbers.Min()),
            "max" => JsonNumber.Of(numbers.Max()),
            "avg" => JsonNumber.Of(numbers.Average()),
            "sum" => JsonNumber.Of(numbers.Sum()),
            "stddev" => JsonNumber.Of(Math.Sqrt(numbers.Select(number => Math.Pow(number - numbers.Average(), 2)).Average())),
            _ => null,
        };
    }

    /// <summary>Whether a function with this name exists.</summary>
    public static bool Exists(string name) => name is "length" or "keys" or "min" or "max" or "avg" or "sum" or "stddev";
}
