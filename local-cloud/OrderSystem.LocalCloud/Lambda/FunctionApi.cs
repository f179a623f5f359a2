using System.Text.Json;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// The part of the Lambda API that reads functions: <c>ListFunctions</c>, <c>GetFunction</c>, <c>GetFunctionConfiguration</c>,
/// <c>GetFunctionConcurrency</c>. AWS's page: Lambda API Reference.
/// </summary>
internal sealed class FunctionApi(FunctionRegistry functions, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/2015-03-31/functions/", LambdaErrors.Answer(ListAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}", LambdaErrors.Answer(GetAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}/configuration", LambdaErrors.Answer(GetConfigurationAsync));
        endpoints.MapGet("/2019-09-30/functions/{function}/concurrency", LambdaErrors.Answer(GetConcurrencyAsync));
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
        var function = functions.Get(Name(context));
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
        var function = functions.Get(Name(context));
        return RestJson.WriteAsync(context, writer => WriteConfiguration(writer, function));
    }

    private Task GetConcurrencyAsync(HttpContext context)
    {
        var function = functions.Get(Name(context));
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            if (function.Configuration.ReservedConcurrency is { } reserved)
                writer.WriteNumber("ReservedConcurrentExecutions", reserved);
            writer.WriteEndObject();
        });
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["function"]!;

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
