namespace OrderSystem.StatesLanguage.Validation;

/// <summary>
/// An error or warning about a definition. AWS Step Functions API Reference:
/// "ValidateStateMachineDefinitionDiagnostic".
/// </summary>
/// <param name="Code">The kind of diagnostic, such as <c>SCHEMA_VALIDATION_FAILED</c>.</param>
/// <param name="Location">A path such as <c>/States/Pay/Retry</c>; null if the diagnostic concerns the whole definition.</param>
/// <param name="Message">What is wrong.</param>
public sealed record Diagnostic(string Code, string? Location, string Message)
{
    /// <summary>A field is missing, misplaced or invalid.</summary>
    public const string SchemaValidationFailed = "SCHEMA_VALIDATION_FAILED";

    /// <summary>The target of a transition does not exist, or a state is unreachable.</summary>
    public const string MissingTransitionTarget = "MISSING_TRANSITION_TARGET";

    /// <summary>No state ends the workflow.</summary>
    public const string MissingEndState = "MISSING_END_STATE";

    /// <summary>A JSONata expression is invalid.</summary>
    public const string InvalidJsonata = "INVALID_JSONATA_EXPRESSION";

    /// <summary>A JSONata expression refers to something that Step Functions does not provide.</summary>
    public const string UnsupportedJsonata = "UNSUPPORTED_JSONATA_EXPRESSION";

    /// <summary>The text is not valid JSON.</summary>
    public const string InvalidJson = "INVALID_JSON_DESCRIPTION";

    /// <summary>
    /// A field contains a path or an intrinsic function call, but the field's name does not end with <c>.$</c>.
    /// </summary>
    public const string NoDollar = "NO_DOLLAR";

    /// <summary>A field contains a path, but the field's name does not end with <c>Path</c>.</summary>
    public const string NoPath = "NO_PATH";

    /// <summary>The Result field of a Pass state contains a path, which is not evaluated.</summary>
    public const string PassResultIsStatic = "PASS_RESULT_IS_STATIC";

    /// <summary>Whether the definition can be run despite the diagnostic.</summary>
    public bool IsWarning => Code is NoDollar or NoPath or PassResultIsStatic;

    /// <inheritdoc/>
    public override string ToString() => Location is null ? $"{Code}: {Message}" : $"{Code}: {Message} at {Location}";
}
