using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// <c>PutFunctionEventInvokeConfig</c>, <c>UpdateFunctionEventInvokeConfig</c>, <c>GetFunctionEventInvokeConfig</c>,
/// <c>ListFunctionEventInvokeConfigs</c>, <c>DeleteFunctionEventInvokeConfig</c>. See the Lambda API Reference.
/// </summary>
internal sealed class EventInvokeConfigApi(FunctionRegistry functions, LocalCloudOptions options, TimeProvider time)
{
    private const string Path = "/2019-09-25/functions/{function}/event-invoke-config";

    private readonly Declarations? _declarations = options.DataDirectory is { } data ? new Declarations(System.IO.Path.Combine(data, "lambda", "event-invoke-configs.json")) : null;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPut(Path, LambdaErrors.Answer(context => SetAsync(context, isUpdate: false)));
        endpoints.MapPost(Path, LambdaErrors.Answer(context => SetAsync(context, isUpdate: true)));
        endpoints.MapGet(Path, LambdaErrors.Answer(context => AnswerAsync(context, GetConfigured(context))));
        endpoints.MapGet(Path + "/list", LambdaErrors.Answer(ListAsync));
        endpoints.MapDelete(Path, LambdaErrors.Answer(DeleteAsync));
    }

    /// <summary>
    /// Restores the settings that were set through the API before LocalCloud restarted. Settings in the template take
    /// precedence.
    /// </summary>
    public void Restore()
    {
        foreach (var (name, properties) in _declarations?.All ?? [])
        {
            if (functions.TryGet(name, out var function) && !function.Configuration.Asynchronous.IsConfigured)
                Set(function, Read(properties, function.Configuration.Asynchronous.WithoutConfig()));
        }
    }

    private async Task SetAsync(HttpContext context, bool isUpdate)
    {
        var function = isUpdate ? GetConfigured(context) : functions.Get(Name(context));
        var request = await RestJson.ReadAsync(context);
        var standing = function.Configuration.Asynchronous;
        Set(function, Read(request, isUpdate ? standing : standing.WithoutConfig()));
        if (!isUpdate)
            _declarations?.Remove(function.Configuration.Name);
        _declarations?.Set(function.Configuration.Name, request);
        await AnswerAsync(context, function);
    }

    private Task DeleteAsync(HttpContext context)
    {
        var function = GetConfigured(context);
        functions.CreateOrUpdate(function.Configuration with { Asynchronous = function.Configuration.Asynchronous.WithoutConfig() });
        _declarations?.Remove(function.Configuration.Name);
        AwsRequestId.Stamp(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task ListAsync(HttpContext context)
    {
        var function = functions.Get(Name(context));
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("FunctionEventInvokeConfigs");
            if (function.Configuration.Asynchronous.IsConfigured)
                Write(writer, function);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Task AnswerAsync(HttpContext context, RegisteredFunction function) => RestJson.WriteAsync(context, writer => Write(writer, function));

    private void Set(RegisteredFunction function, AsynchronousSettings settings) =>
        functions.CreateOrUpdate(function.Configuration with { Asynchronous = settings with { ConfiguredAt = time.GetUtcNow() } });

    private RegisteredFunction GetConfigured(HttpContext context) => functions.Get(Name(context)) is { Configuration.Asynchronous.IsConfigured: true } function ? function
        : throw new AwsServiceException("ResourceNotFoundException", $"The function {Name(context)} doesn't have an EventInvokeConfig", 404);

    private static string Name(HttpContext context) => FunctionIdentifier.Read(context).Name;

    private static AsynchronousSettings Read(JsonObject request, AsynchronousSettings standing)
    {
        var destinations = request["DestinationConfig"];
        return standing with
        {
            ConfiguredRetryAttempts = Number(request, "MaximumRetryAttempts", 0, 2) ?? standing.ConfiguredRetryAttempts,
            ConfiguredEventAge = Number(request, "MaximumEventAgeInSeconds", 60, 21_600) is { } age ? TimeSpan.FromSeconds(age) : standing.ConfiguredEventAge,
            OnSuccessArn = destinations is null ? standing.OnSuccessArn : Destination(destinations, "OnSuccess"),
            OnFailureArn = destinations is null ? standing.OnFailureArn : Destination(destinations, "OnFailure"),
        };
    }

    private static int? Number(JsonObject request, string name, int minimum, int maximum) => request[name]?.ToString() switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum => number,
        var text => throw new AwsServiceException("InvalidParameterValueException", $"{name} is {text}, but must be from {minimum} to {maximum}"),
    };

    private static string? Destination(JsonNode destinations, string condition) => (destinations as JsonObject)?[condition] is not JsonObject target ? null
        : target["Destination"]?.ToString() switch
        {
            null or "" => null,
            var arn when arn.StartsWith("arn:aws:sqs:", StringComparison.Ordinal) => arn,
            var other => throw new AwsServiceException("InvalidParameterValueException", $"The destination {other} is not an SQS queue: LocalCloud supports only queues."),
        };

    private static void Write(Utf8JsonWriter writer, RegisteredFunction function)
    {
        var settings = function.Configuration.Asynchronous;
        writer.WriteStartObject();
        writer.WriteString("FunctionArn", function.Arn + ":$LATEST");
        writer.WriteNumber("LastModified", settings.ConfiguredAt!.Value.ToUnixTimeMilliseconds() / 1000.0);
        if (settings.ConfiguredRetryAttempts is { } attempts)
            writer.WriteNumber("MaximumRetryAttempts", attempts);
        if (settings.ConfiguredEventAge is { } age)
            writer.WriteNumber("MaximumEventAgeInSeconds", (int)age.TotalSeconds);
        writer.WriteStartObject("DestinationConfig");
        WriteDestination(writer, "OnSuccess", settings.OnSuccessArn);
        WriteDestination(writer, "OnFailure", settings.OnFailureArn);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteDestination(Utf8JsonWriter writer, string condition, string? arn)
    {
        writer.WriteStartObject(condition);
        if (arn is not null)
            writer.WriteString("Destination", arn);
        writer.WriteEndObject();
    }
}
