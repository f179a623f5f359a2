namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Something that is wrong with a definition. AWS Step Functions API Reference: "ValidateStateMachineDefinitionDiagnostic".</summary>
/// <param name="Code">The kind of fault, such as <c>SCHEMA_VALIDATION_FAILED</c>.</param>
/// <param name="Location">Where, as a path such as <c>/States/Pay/Retry</c>; null where the text is no JSON.</param>
/// <param name="Message">What is wrong.</param>
public sealed record Diagnostic(string Code, string? Location, string Message)
{
    /// <summary>A field is missing, misplaced or of the wrong form.</summary>
    public const string SchemaValidationFailed = "SCHEMA_VALIDATION_FAILED";

    /// <summary>A transition leads nowhere, or nothing leads to a state.</summary>
    public const string MissingTransitionTarget = "MISSING_TRANSITION_TARGET";

    /// <summary>No state ends the workflow.</summary>
    public const string MissingEndState = "MISSING_END_STATE";

    /// <summary>A JSONata expression can't be parsed.</summary>
    public const string InvalidJsonata = "INVALID_JSONATA_EXPRESSION";

    /// <summary>The text is no JSON.</summary>
    public const string InvalidJson = "INVALID_JSON_DESCRIPTION";

    /// <inheritdoc/>
    public override string ToString() => Location is null ? $"{Code}: {Message}" : $"{Code}: {Message} at {Location}";
}
