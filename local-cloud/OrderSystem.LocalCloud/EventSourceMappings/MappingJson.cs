using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>Writes a mapping's definition with the property names of the Lambda API.</summary>
internal static class MappingJson
{
    /// <summary>Returns a mapping's definition as the body of a <c>CreateEventSourceMapping</c> request.</summary>
    public static JsonObject Request(MappingDefinition definition)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("FunctionName", definition.Function.ToString());
            writer.WriteBoolean("Enabled", definition.Enabled);
            Write(writer, definition);
            writer.WriteEndObject();
        }

        return JsonNode.Parse(buffer.ToArray())!.AsObject();
    }

    /// <summary>Writes those properties of a mapping that a request can set.</summary>
    public static void Write(Utf8JsonWriter writer, MappingDefinition definition)
    {
        var configuration = definition.Configuration;
        writer.WriteString("EventSourceArn", definition.EventSourceArn);
        writer.WriteNumber("BatchSize", configuration.BatchSize);
        writer.WriteNumber("MaximumBatchingWindowInSeconds", (int)configuration.MaximumBatchingWindow.TotalSeconds);
        WriteFilter(writer, configuration.Filter.Patterns);
        writer.WriteStartArray("FunctionResponseTypes");
        if (configuration.ReportBatchItemFailures)
            writer.WriteStringValue("ReportBatchItemFailures");
        writer.WriteEndArray();
        if (definition.MaximumConcurrency is { } concurrency)
        {
            writer.WriteStartObject("ScalingConfig");
            writer.WriteNumber("MaximumConcurrency", concurrency);
            writer.WriteEndObject();
        }

        if (!definition.IsQueue)
            WriteStream(writer, definition);
    }

    private static void WriteStream(Utf8JsonWriter writer, MappingDefinition definition)
    {
        var configuration = definition.Configuration;
        writer.WriteString("StartingPosition", configuration.StartingPosition == EventSources.StartingPosition.Latest ? "LATEST" : "TRIM_HORIZON");
        writer.WriteNumber("ParallelizationFactor", configuration.ParallelizationFactor);
        writer.WriteNumber("MaximumRetryAttempts", configuration.MaximumRetryAttempts);
        writer.WriteNumber("MaximumRecordAgeInSeconds", (int)(configuration.MaximumRecordAge?.TotalSeconds ?? -1));
        writer.WriteBoolean("BisectBatchOnFunctionError", configuration.BisectBatchOnFunctionError);
        writer.WriteNumber("TumblingWindowInSeconds", (int)configuration.TumblingWindow.TotalSeconds);
        writer.WriteStartObject("DestinationConfig");
        writer.WriteStartObject("OnFailure");
        if (definition.OnFailureArn is { } destination)
            writer.WriteString("Destination", destination);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter writer, IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0)
            return;
        writer.WriteStartObject("FilterCriteria");
        writer.WriteStartArray("Filters");
        foreach (var pattern in patterns)
        {
            writer.WriteStartObject();
            writer.WriteString("Pattern", pattern);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
