namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Something that is wrong with a definition, or hardly meant. AWS Step Functions API Reference: "ValidateStateMachineDefinitionDiagnostic".</summary>
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

    /// <summary>A JSONata expression reads what Step Functions does not give it.</summary>
    public const string UnsupportedJsonata = "UNSUPPORTED_JSONATA_EXPRESSION";

    /// <summary>The text is no JSON.</summary>
    public const string InvalidJson = "INVALID_JSON_DESCRIPTION";

    /// <summary>A path or an intrinsic call in a field of a payload template whose name lacks the <c>.$</c>.</summary>
    public const string NoDollar = "NO_DOLLAR";

    /// <summary>A path in a field whose name lacks the <c>Path</c>.</summary>
    public const string NoPath = "NO_PATH";

    /// <summary>A path in the result of a Pass state.</summary>
    public const string PassResultIsStatic = "PASS_RESULT_IS_STATIC";

    /// <summary>Whether the definition can be run all the same.</summary>
    public bool IsWarning => Code is NoDollar or NoPath or PassResultIsStatic;

    /// <inheritdoc/>
    public override string ToString() => Location is null ? $"{Code}: {Message}" : $"{Code}: {Message} at {Location}";
}
