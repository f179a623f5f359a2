using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// The part of the Lambda API that reads versions and aliases: <c>ListVersionsByFunction</c>, <c>ListAliases</c>,
/// <c>GetAlias</c>. See the Lambda API Reference.
/// </summary>
internal sealed class AliasApi(FunctionRegistry functions)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/2015-03-31/functions/{function}/versions", LambdaErrors.Answer(ListVersionsAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}/aliases", LambdaErrors.Answer(ListAsync));
        endpoints.MapGet("/2015-03-31/functions/{function}/aliases/{alias}", LambdaErrors.Answer(GetAsync));
    }

    private Task ListVersionsAsync(HttpContext context)
    {
        var function = Get(context);
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Versions");
            foreach (var version in function.Versions.Published.Prepend(FunctionVersions.Latest))
            {
                writer.WriteStartObject();
                writer.WriteString("FunctionName", function.Configuration.Name);
                writer.WriteString("FunctionArn", $"{function.Arn}:{version}");
                writer.WriteString("Version", version);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private Task ListAsync(HttpContext context)
    {
        var function = Get(context);
        return RestJson.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Aliases");
            foreach (var (name, version) in function.Versions.Aliases)
                Write(writer, function, name, version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private Task GetAsync(HttpContext context)
    {
        var function = Get(context);
        var alias = context.RouteValue("alias");
        return function.Versions.Aliases.FirstOrDefault(candidate => candidate.Name == alias) is { Name: not null } found
            ? RestJson.WriteAsync(context, writer => Write(writer, function, found.Name, found.Version))
            : throw new AwsServiceException("ResourceNotFoundException", $"Cannot find alias arn: {function.Arn}:{alias}", 404);
    }

    private RegisteredFunction Get(HttpContext context) => functions.Get(FunctionIdentifier.Read(context).Name);

    private static void Write(Utf8JsonWriter writer, RegisteredFunction function, string name, string version)
    {
        writer.WriteStartObject();
        writer.WriteString("AliasArn", $"{function.Arn}:{name}");
        writer.WriteString("Name", name);
        writer.WriteString("FunctionVersion", version);
        writer.WriteString("Description", "");
        writer.WriteEndObject();
    }
}
