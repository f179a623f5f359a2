using System.Globalization;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// The part of the Lambda API for existing functions: <c>ListFunctions</c>, <c>GetFunction</c>,
/// <c>GetFunctionConfiguration</c>, <c>GetFunctionConcurrency</c>, <c>PutFunctionConcurrency</c>,
/// <c>DeleteFunctionConcurrency</c>. See the Lambda API Reference.
/// </summary>
internal sealed class FunctionApi(FunctionRegistry functions, TimeProvider time)
{
    /// <summary>
    /// The maximum concurrency that all functions together may reserve. AWS keeps 100 of the account's concurrency for
    /// functions without a reservation.
    /// </summary>
    private const int MaximumReserved = FunctionConfiguration.AccountConcurrency - 100;

    private readonly DateTimeOffset _started = time.GetUtcNow();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/2015-03-31/functions/", LambdaErrors.Answer(ListAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}", LambdaErrors.Answer(GetAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}/configuration", LambdaErrors.Answer(GetConfigurationAsync));
        endpoints.MapGet("/2019-09-30/functions/{function}/concurrency", LambdaErrors.Answer(GetConcurrencyAsync));
        endpoints.MapPut("/2017-10-31/functions/{function}/concurrency", LambdaErrors.Answer(PutConcurrencyAsync));
        endpoints.MapDelete("/2017-10-31/functions/{function}/concurrency", LambdaErrors.Answer(DeleteConcurrencyAsync));
    }

    private Task ListAsync(HttpContext context) => RestJson.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("Functions");
        foreach (var function in functions.All)
            WriteConfiguration(writer, function);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private Task GetAsync(HttpContext context)
    {
        var function = Get(context);
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Configuration");
            WriteConfiguration(writer, function);
            if (function.Configuration.ReservedConcurrency is { } reserved)
            {
                writer.WriteStartObject("Concurrency");
                writer.WriteNumber("ReservedConcurrentExecutions", reserved);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    private Task GetConfigurationAsync(HttpContext context)
    {
        var function = Get(context);
        return RestJson.WriteAsync(context, writer => WriteConfiguration(writer, function));
    }

    private Task GetConcurrencyAsync(HttpContext context) => AnswerConcurrencyAsync(context, Get(context));

    // As in AWS, a changed concurrency limit applies from the next invocation on. After a restart, the template's limit
    // applies again.
    private async Task PutConcurrencyAsync(HttpContext context)
    {
        var function = Get(context);
        var request = await RestJson.ReadAsync(context);
        var text = request["ReservedConcurrentExecutions"]?.ToString();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var reserved))
            throw new AwsServiceException("InvalidParameterValueException", $"ReservedConcurrentExecutions is {text ?? "missing"}, but must be a whole number from 0 to {MaximumReserved}.");
        if (reserved > MaximumReserved)
        {
            throw new AwsServiceException("InvalidParameterValueException",
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum "
                    + $"value of [{FunctionConfiguration.AccountConcurrency - MaximumReserved}].");
        }

        functions.CreateOrUpdate(function.Configuration with { ReservedConcurrency = reserved });
        await AnswerConcurrencyAsync(context, function);
    }

    private Task DeleteConcurrencyAsync(HttpContext context)
    {
        functions.CreateOrUpdate(Get(context).Configuration with { ReservedConcurrency = null });
        AwsRequestId.Stamp(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task AnswerConcurrencyAsync(HttpContext context, RegisteredFunction function) => RestJson.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        if (function.Configuration.ReservedConcurrency is { } reserved)
            writer.WriteNumber("ReservedConcurrentExecutions", reserved);
        writer.WriteEndObject();
    });

    private RegisteredFunction Get(HttpContext context) => functions.Get(FunctionIdentifier.Read(context).ToString());

    private void WriteConfiguration(Utf8JsonWriter writer, RegisteredFunction function)
    {
        var configuration = function.Configuration;
        writer.WriteStartObject();
        writer.WriteString("FunctionName", configuration.Name);
        writer.WriteString("FunctionArn", function.Arn);
        writer.WriteString("Runtime", configuration.Runtime);
        writer.WriteString("Role", configuration.Role);
        writer.WriteString("Handler", configuration.Handler);
        writer.WriteString("Description", configuration.Description);
        writer.WriteNumber("Timeout", (int)configuration.Timeout.TotalSeconds);
        writer.WriteNumber("MemorySize", configuration.MemorySize);
        writer.WriteString("LastModified", _started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'"));
        writer.WriteString("Version", "$LATEST");
        writer.WriteString("PackageType", "Zip");
        writer.WriteString("State", "Active");
        writer.WriteString("LastUpdateStatus", "Successful");
        writer.WriteStartObject("Environment");
        writer.WriteStartObject("Variables");
        foreach (var (name, value) in configuration.Environment)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
