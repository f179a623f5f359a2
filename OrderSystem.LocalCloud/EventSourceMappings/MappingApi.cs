using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.Templates;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// <c>CreateEventSourceMapping</c>, <c>ListEventSourceMappings</c>, <c>GetEventSourceMapping</c>,
/// <c>UpdateEventSourceMapping</c>, <c>DeleteEventSourceMapping</c>. Lambda API Reference.
/// </summary>
internal sealed class MappingApi(MappingRegistry mappings, FunctionRegistry functions)
{
    private const string Path = "/2015-03-31/event-source-mappings/";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, LambdaErrors.Answer(ListAsync));
        endpoints.MapPost(Path, LambdaErrors.Answer(CreateAsync));
        endpoints.MapGet(Path + "{id}", LambdaErrors.Answer(context => AnswerAsync(context, mappings.Get(Id(context)))));
        endpoints.MapPut(Path + "{id}", LambdaErrors.Answer(UpdateAsync));
        endpoints.MapDelete(Path + "{id}", LambdaErrors.Answer(DeleteAsync));
    }

    private Task ListAsync(HttpContext context)
    {
        var function = context.Request.Query["FunctionName"].ToString();
        var source = context.Request.Query["EventSourceArn"].ToString();
        var found = mappings.All.Where(mapping =>
            (function.Length == 0 || mapping.Definition.FunctionName == FunctionName.Parse(function))
            && (source.Length == 0 || mapping.Definition.EventSourceArn == source));
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("EventSourceMappings");
            foreach (var mapping in found)
                Write(writer, mapping);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task CreateAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var name = Function(request) ?? throw new AwsServiceException("InvalidParameterValueException", "FunctionName is missing");
        var definition = Read(request, name);
        if (mappings.All.FirstOrDefault(mapping => mapping.Definition.Id == definition.Id) is { } existing)
            throw new AwsServiceException("ResourceConflictException",
                $"An event source mapping with event source arn {definition.EventSourceArn} and function {name} already exists. Please update or delete the existing mapping with UUID {existing.Definition.Id}", 409);
        await AnswerAsync(context, await mappings.CreateOrUpdateAsync(definition, context.RequestAborted), StatusCodes.Status202Accepted);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var standing = mappings.Get(Id(context)).Definition;
        var definition = Read(request, Function(request) ?? standing.FunctionName, standing);
        await AnswerAsync(context, await mappings.UpdateAsync(definition, context.RequestAborted), StatusCodes.Status202Accepted);
    }

    private async Task DeleteAsync(HttpContext context) =>
        await AnswerAsync(context, await mappings.DeleteAsync(Id(context), context.RequestAborted), StatusCodes.Status202Accepted);

    private static MappingDefinition Read(JsonObject request, string functionName, MappingDefinition? standing = null)
    {
        try
        {
            return MappingDefinition.Read(property => request[property], functionName, standing);
        }
        catch (MappingRefusedException refusal)
        {
            throw new AwsServiceException("InvalidParameterValueException", refusal.Message);
        }
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static string? Function(JsonObject request) => (string?)request["FunctionName"] is { } name ? FunctionName.Parse(name) : null;

    private static async Task<JsonObject> ReadAsync(HttpContext context) =>
        (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))?.AsObject() ?? [];

    private Task AnswerAsync(HttpContext context, RunningMapping mapping, int status = StatusCodes.Status200OK) =>
        RestJson.WriteAsync(context, writer => Write(writer, mapping), status);

    private void Write(Utf8JsonWriter writer, RunningMapping running)
    {
        var (definition, mapping) = (running.Definition, running.Mapping);
        var configuration = definition.Configuration;
        writer.WriteStartObject();
        writer.WriteString("UUID", definition.Id);
        writer.WriteString("EventSourceArn", definition.EventSourceArn);
        writer.WriteString("FunctionArn", functions.Get(definition.FunctionName).Arn);
        writer.WriteString("State", mapping.State);
        writer.WriteString("StateTransitionReason", "USER_INITIATED");
        writer.WriteString("LastProcessingResult", mapping.LastProcessingResult);
        writer.WriteNumber("LastModified", mapping.LastModified.ToUnixTimeMilliseconds() / 1000.0);
        writer.WriteNumber("BatchSize", configuration.BatchSize);
        writer.WriteNumber("MaximumBatchingWindowInSeconds", (int)configuration.MaximumBatchingWindow.TotalSeconds);
        WriteFilter(writer, configuration.Filter.Patterns);
        writer.WriteStartArray("FunctionResponseTypes");
        if (configuration.ReportBatchItemFailures)
            writer.WriteStringValue("ReportBatchItemFailures");
        writer.WriteEndArray();
        if (definition.IsQueue)
        {
            writer.WriteStartObject("ScalingConfig");
            writer.WriteNumber("MaximumConcurrency", definition.MaximumConcurrency);
            writer.WriteEndObject();
        }
        else
        {
            WriteStream(writer, definition);
        }

        writer.WriteEndObject();
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
