using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>A field of an event's details.</summary>
/// <param name="Name">Its name where histories are kept.</param>
/// <param name="ApiName">Its name in <c>GetExecutionHistory</c>; null where that leaves it out.</param>
/// <param name="Kind">How <c>GetExecutionHistory</c> writes it.</param>
public sealed record EventField(string Name, string? ApiName, EventFieldKind Kind = EventFieldKind.Value);

/// <summary>How <c>GetExecutionHistory</c> writes a field.</summary>
public enum EventFieldKind
{
    /// <summary>As a text or a number.</summary>
    Value,

    /// <summary>As JSON in a text, with a member beside it that says whether it was cut off.</summary>
    Payload,

    /// <summary>As JSON in a text.</summary>
    Parameters,

    /// <summary>As an object with each variable as JSON in a text.</summary>
    Variables,

    /// <summary>As the role of <c>taskCredentials</c>.</summary>
    Credentials,
}

/// <summary>Takes the details of an event as fields.</summary>
public interface IEventFields
{
    /// <summary>Takes a field; null is left out.</summary>
    void Set(EventField field, JsonValue? value);
}
