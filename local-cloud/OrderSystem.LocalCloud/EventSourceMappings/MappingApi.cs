using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;
using OrderSystem.EventSources;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// <c>CreateEventSourceMapping</c>, <c>ListEventSourceMappings</c>, <c>GetEventSourceMapping</c>,
/// <c>UpdateEventSourceMapping</c>, <c>DeleteEventSourceMapping</c>. See the Lambda API Reference.
/// </summary>
internal sealed class MappingApi(MappingRegistry mappings, FunctionRegistry functions, DynamoDbClient dynamoDb, LocalCloudOptions options, ILogger<MappingApi> logger)
{
    private const string Path = "/2015-03-31/event-source-mappings/";
    private const int MaximumPage = 100;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, LambdaErrors.Answer(ListAsync));
        endpoints.MapPost(Path, LambdaErrors.Answer(CreateAsync));
        endpoints.MapGet(Path + "{id}", LambdaErrors.Answer(GetAsync));
        endpoints.MapPut(Path + "{id}", LambdaErrors.Answer(UpdateAsync));
        endpoints.MapDelete(Path + "{id}", LambdaErrors.Answer(DeleteAsync));
    }

    private Task GetAsync(HttpContext context)
    {
        var running = mappings.Get(Id(context));
        return RestJson.WriteAsync(context, writer => Write(writer, running, running.Mapping.State));
    }

    private Task ListAsync(HttpContext context)
    {
        var function = context.Request.Query["FunctionName"].ToString();
        var source = context.Request.Query["EventSourceArn"].ToString();
        var marker = context.Request.Query["Marker"].ToString();
        var found = mappings.All
            .Where(mapping => function.Length == 0 || mapping.Definition.FunctionName == FunctionName.Parse(function))
            .Where(mapping => source.Length == 0 || mapping.Definition.EventSourceArn == source)
            .Where(mapping => string.CompareOrdinal(mapping.Definition.Id, marker) > 0)
            .ToList();
        var page = found.Take(PageSize(context)).ToList();
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("EventSourceMappings");
            foreach (var mapping in page)
                Write(writer, mapping, mapping.Mapping.State);
            writer.WriteEndArray();
            if (page.Count < found.Count)
                writer.WriteString("NextMarker", page[^1].Definition.Id);
            writer.WriteEndObject();
        });
    }

    private static int PageSize(HttpContext context) => context.Request.Query["MaxItems"].ToString() switch
    {
        "" => MaximumPage,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var items) && items is >= 1 and <= 10_000 => Math.Min(items, MaximumPage),
        var text => throw new AwsServiceException("InvalidParameterValueException", $"MaxItems is {text}, but must be from 1 to 10000"),
    };

    // As in AWS, the response is sent before the change has completed, because a batch in progress may take as long as the
    // function's timeout.
    private async Task CreateAsync(HttpContext context)
    {
        var request = await RestJson.ReadAsync(context);
        var name = Function(request) ?? throw new AwsServiceException("InvalidParameterValueException", "FunctionName is missing");
        CheckStartingPosition(request);
        var definition = Read(request, name);
        await CheckStreamAsync(definition, context.RequestAborted);
        await AnswerAsync(context, mappings.Create(definition), EventSourceMappingState.Creating);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        var request = await RestJson.ReadAsync(context);
        var standing = mappings.Get(Id(context)).Definition;
        await AnswerAsync(context, mappings.Update(Read(request, Function(request) ?? standing.Function.ToString(), standing)), EventSourceMappingState.Updating);
    }

    private Task DeleteAsync(HttpContext context) => AnswerAsync(context, mappings.Delete(Id(context)), EventSourceMappingState.Deleting);

    private static void CheckStartingPosition(JsonObject request)
    {
        var source = request["EventSourceArn"]?.ToString() ?? "";
        var position = request["StartingPosition"]?.ToString();
        if (position is not (null or "LATEST" or "AT_TIMESTAMP" or "TRIM_HORIZON"))
            throw new AwsServiceException("ValidationException",
                $"1 validation error detected: Value '{position}' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
        if (!source.Contains("/stream/", StringComparison.Ordinal))
            return;
        if (position is null)
            throw new AwsServiceException("InvalidParameterValueException", "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.");
        if (position == "AT_TIMESTAMP")
            throw new AwsServiceException("InvalidParameterValueException", $"Unsupported starting position for arn type: {source}");
    }

    // If DynamoDB cannot be reached, the stream may still exist, so the mapping is created and waits for the stream.
    private async Task CheckStreamAsync(MappingDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.IsQueue)
            return;
        try
        {
            await dynamoDb.CallStreamsAsync("DescribeStream", new JsonObject { ["StreamArn"] = definition.EventSourceArn, ["Limit"] = 1 }, cancellationToken);
        }
        catch (AwsServiceException error) when (error.Code is "ResourceNotFoundException" or "ValidationException")
        {
            throw new AwsServiceException("InvalidParameterValueException", $"Stream not found: {definition.EventSourceArn}");
        }
        catch (Exception error) when (error is HttpRequestException or AwsServiceException)
        {
            logger.StreamNotChecked(definition.EventSourceArn, error.Message);
        }
    }

    private MappingDefinition Read(JsonObject request, string functionName, MappingDefinition? standing = null)
    {
        try
        {
            return MappingDefinition.Read(property => request[property], functionName, standing);
        }
        catch (MappingRefusedException refusal)
        {
            if (refusal.ApiMessage is not null)
                logger.MappingRefused(functionName, refusal.Message);
            throw new AwsServiceException("InvalidParameterValueException", refusal.ApiMessage ?? refusal.Message);
        }
    }

    private static string Id(HttpContext context) => context.RouteValue("id");

    private static string? Function(JsonObject request) => request["FunctionName"]?.ToString();

    private Task AnswerAsync(HttpContext context, RunningMapping mapping, EventSourceMappingState change) =>
        RestJson.WriteAsync(context, writer => Write(writer, mapping, change), StatusCodes.Status202Accepted);

    private void Write(Utf8JsonWriter writer, RunningMapping running, EventSourceMappingState state)
    {
        var (definition, mapping) = (running.Definition, running.Mapping);
        writer.WriteStartObject();
        writer.WriteString("UUID", definition.Id);
        writer.WriteString("EventSourceMappingArn", $"arn:aws:lambda:{options.Region}:{LocalCloudOptions.AccountId}:event-source-mapping:{definition.Id}");
        writer.WriteString("FunctionArn", definition.Function.Qualify(functions.Get(definition.FunctionName).Arn));
        writer.WriteString("State", state.ToString());
        writer.WriteString("StateTransitionReason", definition.IsQueue ? "USER_INITIATED" : "User action");
        if (!definition.IsQueue)
            writer.WriteString("LastProcessingResult", mapping.LastProcessingResult);
        writer.WriteNumber("LastModified", mapping.LastModified.ToUnixTimeMilliseconds() / 1000.0);
        MappingJson.Write(writer, definition);
        writer.WriteEndObject();
    }
}
