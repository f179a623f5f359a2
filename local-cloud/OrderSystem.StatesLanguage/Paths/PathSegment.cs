using System.Globalization;

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

/// <summary>Several properties, <c>['a','b']</c>, which yield an object with these properties.</summary>
internal sealed record PropertiesSegment(string[] Names) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => $"['{string.Join("','", Names)}']";
}

/// <summary>An array index, <c>[1]</c>. A negative index matches nothing.</summary>
internal sealed record IndexSegment(int Index) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"[{Index}]");
}

/// <summary>An array index from the end, <c>[(@.length-1)]</c>.</summary>
/// <param name="Offset">The number that is subtracted from the length; 1 selects the last item.</param>
internal sealed record FromEndSegment(int Offset) : PathSegment
{
    public override bool IsDefinite => true;

    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"[@.size()-{Offset}]");
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

/// <summary>Descendants, <c>..</c>: applies the next segment to the value and all its descendants.</summary>
internal sealed record DescendantsSegment : PathSegment
{
    public override string Describe() => "..";
}

/// <summary>A filter, <c>[?(…)]</c>.</summary>
internal sealed record FilterSegment(PathFilter Filter) : PathSegment
{
    public override string Describe() => "[?]";
}
