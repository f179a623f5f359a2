using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates the fields specific to a Map state.</summary>
internal sealed class MapValidator(Findings findings, QueryLanguage language, QueryLanguage outerLanguage, string path)
{
    private const int LongestLabel = 40;
    private const string ForbiddenInLabel = "?*<>{}[]:;,\\|^~$#%&`\"/ ";

    public void Validate(StatesObject state)
    {
        if (findings.AtMostOne(state, path, "ItemProcessor", "Iterator") == 0)
            findings.Schema(path, "These fields are required: [ItemProcessor]");
        findings.AtMostOne(state, path, "ItemSelector", "Parameters");
        foreach (var field in new[] { "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage" })
            findings.AtMostOne(state, path, field, field + "Path");
        foreach (var field in new[] { "MaxConcurrency", "ToleratedFailureCount" })
        {
            if (state[field] is not StatesString)
                findings.Integer(state, path, field, least: 0);
        }

        if (state["ToleratedFailurePercentage"] is StatesNumber { Value: < 0 or > 100 })
            findings.Schema($"{path}/ToleratedFailurePercentage", "Value is not between 0 and 100");
        if (state["Label"] is { } label)
            ValidateLabel(label);
        ValidateReader(state);
        ValidateBatcher(state);
        ValidateWriter(state);
        var processor = state.Contains("ItemProcessor") ? "ItemProcessor" : "Iterator";
        if (state[processor] is StatesObject machine)
            ValidateProcessor(machine, $"{path}/{processor}");
        else if (state.Contains(processor))
            findings.Schema($"{path}/{processor}", "Expected value of type Object");
    }

    private void ValidateProcessor(StatesObject machine, string location)
    {
        if (machine["ProcessorConfig"] is StatesObject config)
        {
            findings.OneOf(config, $"{location}/ProcessorConfig", "Mode", "INLINE", "DISTRIBUTED");
            if (config["Mode"] is StatesString { Value: "DISTRIBUTED" } && config["ExecutionType"] is not StatesString { Value: "STANDARD" or "EXPRESS" })
                findings.Schema($"{location}/ProcessorConfig", "These fields are required: [ExecutionType]");
            if (config["Mode"] is StatesString { Value: "DISTRIBUTED" } && findings.IsExpress)
                findings.Schema($"{location}/ProcessorConfig/Mode", "Express state machine does not support 'DISTRIBUTED' mode");
        }

        var isExpress = findings.IsExpress;
        findings.IsExpress |= (machine["ProcessorConfig"] as StatesObject)?["ExecutionType"] is StatesString { Value: "EXPRESS" };
        new MachineValidator(findings, DefinitionReader.LanguageOf(machine, outerLanguage), outerLanguage == QueryLanguage.JSONPath, location).Validate(machine);
        findings.IsExpress = isExpress;
    }

    private void ValidateLabel(StatesValue label)
    {
        var location = $"{path}/Label";
        if (label is not StatesString { Value: var text })
            findings.Schema(location, "Expected value of type String");
        else if (text.Length is 0 or > LongestLabel)
            findings.Schema(location, $"Label must be between 1 and {LongestLabel} characters long");
        else if (!findings.Labels.Add(text))
            findings.Schema(location, $"Label is not unique within the state machine: {text}");
        else if (text.Any(c => ForbiddenInLabel.Contains(c, StringComparison.Ordinal) || char.IsControl(c) || char.IsSurrogate(c) || c >= '\ufffe'))
            findings.Schema(location, "Label contains invalid characters");
    }

    private void ValidateReader(StatesObject state)
    {
        if (state["ItemReader"] is not StatesObject reader)
            return;
        findings.Required(reader, $"{path}/ItemReader", "Resource");
        if (reader["ReaderConfig"] is not StatesObject config)
            return;
        var location = $"{path}/ItemReader/ReaderConfig";
        findings.OneOf(config, location, "InputType", "CSV", "JSON", "JSONL", "PARQUET", "MANIFEST");
        if (config["InputType"] is StatesString { Value: "CSV" })
            findings.Required(config, location, "CSVHeaderLocation");
        findings.OneOf(config, location, "CSVHeaderLocation", "FIRST_ROW", "GIVEN");
        findings.AtMostOne(config, location, "MaxItems", "MaxItemsPath");
        if (config["MaxItems"] is not StatesString || language == QueryLanguage.JSONPath)
            findings.Integer(config, location, "MaxItems", least: 0);
    }

    private void ValidateWriter(StatesObject state)
    {
        if (state["ResultWriter"] is not StatesObject writer)
            return;
        if (writer.Count == 0)
            findings.Schema($"{path}/ResultWriter", "One of these fields is required: [Resource, WriterConfig]");
        if (writer.Contains("Resource") && language == QueryLanguage.JSONata)
            findings.Required(writer, $"{path}/ResultWriter", "Arguments");
    }

    private void ValidateBatcher(StatesObject state)
    {
        if (state["ItemBatcher"] is not StatesObject batcher)
            return;
        var location = $"{path}/ItemBatcher";
        if (findings.AtMostOne(batcher, location, "MaxItemsPerBatch", "MaxItemsPerBatchPath") + findings.AtMostOne(batcher, location, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath") == 0)
            findings.Schema(location, "One of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]");
    }
}
