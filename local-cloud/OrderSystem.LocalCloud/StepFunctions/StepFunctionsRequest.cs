using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>
/// The body of a Step Functions request. A method that reads a member also validates the member, as Step Functions does.
/// </summary>
internal sealed class StepFunctionsRequest(StatesObject body, AwsCaller caller)
{
    public AwsCaller Caller => caller;

    public StatesObject Body => body;

    public bool Has(string member) => body[member] is not (null or StatesNull);

    public string? Text(string member) => body[member] switch
    {
        null or StatesNull => null,
        StatesString text => text.Value,
        _ => throw new AwsServiceException("SerializationException", $"{member} must be a string"),
    };

    public string Required(string member) => Text(member) ?? throw StepFunctionsErrors.Validation($"Value null at '{member}' failed to satisfy constraint: Member must not be null");

    /// <summary>Checks that a member, if present, has one of the given values.</summary>
    public void OneOf(string member, params string[] values)
    {
        if (Text(member) is { } text && !values.Contains(text))
            throw StepFunctionsErrors.Validation($"Value '{text}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: [{string.Join(", ", values)}]");
    }

    public bool Flag(string member) => body[member] is StatesBoolean { Value: true };

    public long? Number(string member) => body[member] switch
    {
        null or StatesNull => null,
        StatesNumber number when number.TryGetInt64(out var value) => value,
        _ => throw new AwsServiceException("SerializationException", $"{member} must be an integer"),
    };

    public double? Fraction(string member) => body[member] switch
    {
        null or StatesNull => null,
        StatesNumber number => number.Value,
        _ => throw new AwsServiceException("SerializationException", $"{member} must be a number"),
    };

    public StatesArray? Array(string member) => body[member] as StatesArray;

    /// <summary>
    /// Reads the page size (<c>maxResults</c>); returns <paramref name="fallback"/> if the page size is missing or 0.
    /// </summary>
    public int MaxResults(int fallback, int most = 1000)
    {
        var wanted = Number("maxResults") ?? 0;
        if (wanted > most)
            throw StepFunctionsErrors.Validation($"Value '{wanted}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to {most}");
        if (wanted < 0)
            throw StepFunctionsErrors.Validation($"Value '{wanted}' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0");
        return wanted == 0 ? fallback : (int)wanted;
    }

    /// <summary>Reads the pagination token and checks the token's length; returns null if the request has no token.</summary>
    public string? NextToken(int longest = 1024)
    {
        var token = Text("nextToken");
        if (token?.Length > longest)
            throw StepFunctionsErrors.Validation($"Value '{token}' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to {longest}");
        if (token?.Length == 0)
            throw StepFunctionsErrors.Validation("Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1");
        return token;
    }
}
