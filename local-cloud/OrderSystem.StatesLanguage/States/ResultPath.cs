using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.StatesLanguage.States;

/// <summary>The ResultPath field: the place in a state's input at which the state's result is inserted.</summary>
internal sealed class ResultPath
{
    /// <summary><c>$</c>: the result replaces the input.</summary>
    public static readonly ResultPath Whole = new(null, discards: false);

    /// <summary><c>null</c>: the result is discarded.</summary>
    public static readonly ResultPath Discard = new(null, discards: true);

    private readonly JsonPath? _path;
    private readonly bool _discards;

    private ResultPath(JsonPath? path, bool discards)
    {
        _path = path;
        _discards = discards;
    }

    /// <summary>Reads the value of the ResultPath field.</summary>
    /// <exception cref="FormatException">The value is not a reference path.</exception>
    public static ResultPath Parse(StatesValue? value)
    {
        if (value is null)
            return Whole;
        if (value is StatesNull)
            return Discard;
        var path = JsonPath.Parse((value as StatesString)?.Value ?? "");
        if (!path.IsReference || path.Root != PathRoot.Document)
            throw new FormatException("Value is not a Reference Path");
        return path.Segments.IsEmpty ? Whole : new ResultPath(path, discards: false);
    }

    /// <summary>Returns the input after the result has been inserted.</summary>
    public StatesValue Apply(StateScope scope, StatesValue input, StatesValue result)
    {
        if (_discards)
            return input;
        if (_path is null)
            return result;
        try
        {
            return ReferencePath.Set(_path, input, result);
        }
        catch (JsonPathException exception)
        {
            throw scope.Failure(StatesErrors.ResultPathMatchFailure, exception.Message);
        }
    }
}
