using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates one state.</summary>
internal sealed class StateValidator(Findings findings, QueryLanguage language, QueryLanguage outerLanguage, string path)
{
    private const int LongestVariableName = 80;

    public void Validate(StatesObject state)
    {
        if (state["Type"] is not { } named)
        {
            findings.Required(state, path, "Type");
            return;
        }

        if (named is not StatesString { Value: var type } || StateFields.Of(type, language) is not { } allowed)
        {
            findings.OneOf(state, path, "Type", "Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map");
            return;
        }

        findings.OneOf(state, path, "QueryLanguage", "JSONPath", "JSONata");
        findings.Text(state, path, "Comment");
        foreach (var name in state.Names)
        {
            if (allowed.Contains(name))
                continue;
            var other = language == QueryLanguage.JSONata ? QueryLanguage.JSONPath : QueryLanguage.JSONata;
            findings.Schema(path, StateFields.Of(type, other)!.Contains(name)
                ? $"The QueryLanguage is set to '{language}', but field '{name}' is only supported for the '{other}' QueryLanguage"
                : $"Field '{name}' is not supported");
        }

        if (allowed.Contains("Next"))
            ValidateTransition(state);
        foreach (var field in new[] { "InputPath", "OutputPath", "ItemsPath" })
        {
            if (allowed.Contains(field))
                findings.Path(state, path, field);
        }

        foreach (var field in new[] { "SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath",
            "ToleratedFailureCountPath", "ToleratedFailurePercentagePath" })
        {
            if (allowed.Contains(field))
                findings.ReferencePath(state, path, field);
        }

        foreach (var name in state.Names)
            ValidateTemplate(name, state[name]!);
        ValidateErrorHandling(state);
        ValidateType(type, state);
    }

    private void ValidateTransition(StatesObject state)
    {
        var end = state["End"];
        if (end is not (null or StatesBoolean))
            findings.Schema($"{path}/End", "Expected value of type Boolean");
        if (state["Next"] is not (null or StatesString))
            findings.Schema($"{path}/Next", "Expected value of type String");
        if (state.Contains("Next") && end is StatesBoolean { Value: true })
            findings.Schema(path, "Only one of these fields is allowed: [Next, End]");
        else if (!state.Contains("Next") && end is not StatesBoolean { Value: true })
            findings.Schema(path, "One of these fields is required: [Next, End]");
    }

    private void ValidateTemplate(string field, StatesValue value)
    {
        if (field is "Branches" or "ItemProcessor" or "Iterator" or "Choices" or "Catch" or "Retry" or "Comment")
            return;
        if (field == "Assign")
            ValidateVariables(value, $"{path}/{field}");
        if (language == QueryLanguage.JSONata)
            JsonataFields.Check(findings, $"{path}/{field}", WithoutHeaders(field, value));
        else if (field is "Parameters" or "ItemSelector" or "ResultSelector" or "Assign")
            PayloadTemplates.Check(findings, $"{path}/{field}", value);
    }

    private void ValidateErrorHandling(StatesObject state)
    {
        ForEach(state, "Retry", (entry, location) =>
        {
            ErrorEquals(entry, location);
            findings.Only(entry, location, "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment");
            findings.Integer(entry, location, "IntervalSeconds", least: 1, most: 99_999_999);
            findings.Integer(entry, location, "MaxAttempts", least: 0, most: 99_999_999);
            findings.Integer(entry, location, "MaxDelaySeconds", least: 1, most: 31_622_400);
            if (entry["BackoffRate"] is { } rate && rate is not StatesNumber { Value: >= 1 })
                findings.Schema($"{location}/BackoffRate", "Value is less than the minimum: 1.0");
            findings.OneOf(entry, location, "JitterStrategy", "FULL", "NONE");
        });
        ForEach(state, "Catch", (entry, location) =>
        {
            ErrorEquals(entry, location);
            findings.Required(entry, location, "Next");
            findings.Only(entry, location, "ErrorEquals", "Next", "Assign", "Comment", language == QueryLanguage.JSONata ? "Output" : "ResultPath");
            if (entry["Assign"] is { } assign)
                ValidateAssign(assign, $"{location}/Assign", isCatch: true);
            if (language == QueryLanguage.JSONata && entry["Output"] is { } output)
                JsonataFields.Check(findings, $"{location}/Output", output, isCatch: true);
        });
        AllComesLast(state, "Retry");
        AllComesLast(state, "Catch");
    }

    /// <summary>
    /// Reports an error if any entry but the last lists States.ALL, because later entries would never be reached.
    /// </summary>
    private void AllComesLast(StatesObject state, string field)
    {
        var entries = state[field] as StatesArray ?? StatesArray.Empty;
        for (var i = 0; i < entries.Count - 1; i++)
        {
            if (entries[i] is StatesObject entry && entry["ErrorEquals"] is StatesArray errors && errors.Any(error => error is StatesString { Value: StatesErrors.All }))
                findings.Schema($"{path}/{field}[{i}]/ErrorEquals", "States.ALL must appear alone and in the last entry");
        }
    }

    private void ValidateAssign(StatesValue assign, string location, bool isCatch = false)
    {
        ValidateVariables(assign, location);
        if (language == QueryLanguage.JSONata)
            JsonataFields.Check(findings, location, assign, isCatch);
        else
            PayloadTemplates.Check(findings, location, assign);
    }

    /// <summary>Returns the value without CSVHeaders, which are plain text rather than expressions.</summary>
    private static StatesValue WithoutHeaders(string field, StatesValue value) =>
        field == "ItemReader" && value is StatesObject reader && reader["ReaderConfig"] is StatesObject config && config.Contains("CSVHeaders")
            ? reader.With("ReaderConfig", config.With("CSVHeaders", StatesValue.Null))
            : value;

    /// <summary>
    /// Validates variable names. AWS Step Functions Developer Guide: "Passing data between states with variables". The
    /// guide does not list hyphens, and no expression can read a variable with a hyphen in its name. Hyphens are
    /// accepted nevertheless, because other validators accept them.
    /// </summary>
    private void ValidateVariables(StatesValue assign, string location)
    {
        if (assign is not StatesObject variables)
        {
            findings.Schema(location, "Expected value of type Object");
            return;
        }

        foreach (var name in variables.Names)
        {
            var variable = language == QueryLanguage.JSONPath && name.EndsWith(".$", StringComparison.Ordinal) ? name[..^2] : name;
            if (variable.Length is 0 or > LongestVariableName || !char.IsLetter(variable[0]) || !variable.All(c => char.IsLetterOrDigit(c) || c is '_' or '-') || variable == "states")
                findings.Schema(location,
                    $"The variable name '{variable}' is not valid: it must start with a letter, contain only letters, digits and "
                        + $"underscores, have at most {LongestVariableName} characters, and not be 'states'");
        }
    }

    private void ErrorEquals(StatesObject entry, string location)
    {
        findings.Required(entry, location, "ErrorEquals");
        if (entry["ErrorEquals"] is not { } errors)
            return;
        if (errors is not StatesArray names)
            findings.Schema($"{location}/ErrorEquals", "Expected value of type Array");
        else if (names.Count == 0)
            findings.Schema($"{location}/ErrorEquals", "Value cannot be empty");
        else if (!names.All(name => name is StatesString))
            findings.Schema($"{location}/ErrorEquals", "Expected value of type String");
        else if (names.Count > 1 && names.Any(name => name is StatesString { Value: StatesErrors.All }))
            findings.Schema($"{location}/ErrorEquals", "States.ALL must appear alone");
    }

    private void ForEach(StatesObject state, string field, Action<StatesObject, string> validate)
    {
        if (state[field] is not { } value)
            return;
        if (value is not StatesArray entries)
        {
            findings.Schema($"{path}/{field}", "Expected value of type Array");
            return;
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var location = $"{path}/{field}[{i}]";
            if (entries[i] is StatesObject entry)
                validate(entry, location);
            else
                findings.Schema(location, "Expected value of type Object");
        }
    }

    private void ValidateType(string type, StatesObject state)
    {
        switch (type)
        {
            case "Task":
                new TaskValidator(findings, path).Validate(state);
                break;
            case "Wait":
                if (findings.AtMostOne(state, path, "Seconds", "SecondsPath", "Timestamp", "TimestampPath") == 0)
                    findings.Schema(path, "One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
                if (state["Timestamp"] is StatesString timestamp
                    && !(language == QueryLanguage.JSONata && timestamp.Value.StartsWith("{%", StringComparison.Ordinal))
                    && !Timestamp.TryParse(timestamp, out _))
                    findings.Schema($"{path}/Timestamp", "String does not match RFC3339 timestamp");
                if (state["Seconds"] is not StatesString || language == QueryLanguage.JSONPath)
                    findings.Integer(state, path, "Seconds", least: 0, most: 99_999_999);
                break;
            case "Fail":
                findings.AtMostOne(state, path, "Error", "ErrorPath");
                findings.AtMostOne(state, path, "Cause", "CausePath");
                break;
            case "Choice":
                ValidateChoices(state);
                break;
            case "Parallel":
                ValidateBranches(state);
                break;
            case "Map":
                new MapValidator(findings, language, outerLanguage, path).Validate(state);
                break;
        }
    }

    private void ValidateChoices(StatesObject state)
    {
        findings.Required(state, path, "Choices");
        if (state["Choices"] is StatesArray { Count: 0 })
            findings.Schema($"{path}/Choices", "Value cannot be empty");
        ForEach(state, "Choices", (rule, location) =>
        {
            findings.Required(rule, location, "Next");
            new ChoiceRuleValidator(findings, language).Validate(rule, location, isTop: true);
            if (rule["Assign"] is { } assign)
                ValidateAssign(assign, $"{location}/Assign");
            if (language == QueryLanguage.JSONata && rule["Output"] is { } output)
                JsonataFields.Check(findings, $"{location}/Output", output);
        });
    }

    private void ValidateBranches(StatesObject state)
    {
        findings.Required(state, path, "Branches");
        if (state["Branches"] is StatesArray { Count: 0 })
            findings.Schema($"{path}/Branches", "Value cannot be empty");
        ForEach(state, "Branches", (branch, location) =>
            new MachineValidator(findings, DefinitionReader.LanguageOf(branch, outerLanguage), outerLanguage == QueryLanguage.JSONPath, location).Validate(branch));
    }
}
