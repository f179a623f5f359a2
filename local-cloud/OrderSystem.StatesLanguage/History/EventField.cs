using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>A field of an event's details.</summary>
/// <param name="Name">The field's name in stored histories.</param>
/// <param name="ApiName">The field's name in <c>GetExecutionHistory</c>; null if the response omits the field.</param>
/// <param name="Kind">How <c>GetExecutionHistory</c> writes the field.</param>
public sealed record EventField(string Name, string? ApiName, EventFieldKind Kind = EventFieldKind.Value);

/// <summary>How <c>GetExecutionHistory</c> writes a field.</summary>
public enum EventFieldKind
{
    /// <summary>The field is written as a string or a number.</summary>
    Value,

    /// <summary>
    /// The field is written as JSON in a string, next to a property that says whether the JSON was truncated.
    /// </summary>
    Payload,

    /// <summary>The field is written as JSON in a string.</summary>
    Parameters,

    /// <summary>The field is written as an object in which each variable's value is JSON in a string.</summary>
    Variables,

    /// <summary>The field is written as the role ARN in <c>taskCredentials</c>.</summary>
    Credentials,
}

/// <summary>Receives the details of an event, field by field.</summary>
public interface IEventFields
{
    /// <summary>Receives a field. A null value means that the event does not have the field.</summary>
    void Set(EventField field, StatesValue? value);
}
