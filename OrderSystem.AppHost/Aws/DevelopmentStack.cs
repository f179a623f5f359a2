using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.AppHost.Aws;

/// <summary>
/// Reduces the packaged template to a template for a development stack. The reduced template lacks the resources that
/// only production needs, such as alarms, versions and backups.
/// </summary>
/// <remarks>
/// Aspire sends the template within the request. CloudFormation limits a template in a request to
/// <see cref="MaximumBytes"/> bytes, and the complete template is larger.
/// </remarks>
public static class DevelopmentStack
{
    /// <summary>The size limit of a template in a CloudFormation request, in bytes.</summary>
    public const int MaximumBytes = 51_200;

    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription",
        "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig",
    };

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the reduced template beside the packaged template.</summary>
    /// <param name="packaged">The path of <c>packaged.json</c> from <c>deploy/package.sh --s3-bucket</c>.</param>
    /// <param name="cancellationToken">Cancels reading and writing the templates.</param>
    /// <returns>The path of the reduced template.</returns>
    /// <exception cref="StackUnavailableException">
    /// The file does not exist or is not a packaged template, its packages were not uploaded, or the reduced template is
    /// too large.
    /// </exception>
    public static async Task<string> WriteTemplateAsync(string packaged, CancellationToken cancellationToken)
    {
        if (!File.Exists(packaged))
            throw new StackUnavailableException($"{packaged} does not exist. Run deploy/package.sh --s3-bucket NAME, which writes artifacts/packaged.json.");
        var template = Reduce(Parse(await File.ReadAllTextAsync(packaged, cancellationToken))
            ?? throw new StackUnavailableException($"{packaged} is not a packaged template. Use the artifacts/packaged.json that deploy/package.sh --s3-bucket NAME writes."));
        if (template["Resources"]!.AsObject().Any(resource => resource.Value?["Properties"]?["Code"] is JsonValue))
            throw new StackUnavailableException($"{packaged} refers to packages on this machine. Run deploy/package.sh --s3-bucket NAME, which uploads them and writes artifacts/packaged.json.");
        var json = template.ToJsonString(Compact);
        if (Encoding.UTF8.GetByteCount(json) > MaximumBytes)
            throw new StackUnavailableException($"{packaged} is too large for Aspire even without its alarms. Deploy it with deploy/deploy.sh, and leave --template out.");
        var path = Path.ChangeExtension(packaged, ".development.json");
        await File.WriteAllTextAsync(path, json, cancellationToken);
        return path;
    }

    /// <summary>
    /// Returns the same parameters for a development stack as <c>deploy.sh</c> passes: the parameters in
    /// <c>deploy/dev.parameters</c>, and a table prefix that is derived from the stack's name.
    /// </summary>
    /// <param name="stack">The stack's name.</param>
    /// <param name="file">The path of <c>dev.parameters</c>.</param>
    public static IReadOnlyDictionary<string, string> Parameters(string stack, string file) => File.ReadLines(file)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .Append(["TablePrefix", $"{stack}-"])
        .ToDictionary(pair => pair[0], pair => pair[1]);

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject template && template["Resources"] is JsonObject ? template : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Reduce(JsonObject template)
    {
        var resources = template["Resources"]!.AsObject();
        var dropped = resources
            .Where(resource => Dropped.Contains((string?)resource.Value?["Type"] ?? "") || (string?)resource.Value?["Condition"] == "KeepsBackups")
            .Select(resource => resource.Key).ToList();
        // Replace each reference to an alias with a reference to the alias's function. Without an alias, an invocation
        // runs the code that was deployed last.
        var functions = resources.Where(resource => (string?)resource.Value?["Type"] == "AWS::Lambda::Alias")
            .ToDictionary(alias => alias.Key, alias => (string)alias.Value!["Properties"]!["FunctionName"]!["Ref"]!);
        foreach (var name in dropped)
            resources.Remove(name);
        foreach (var reference in References(resources).Where(reference => functions.ContainsKey((string)reference["Ref"]!)).ToList())
            reference.ReplaceWith(new JsonObject { ["Fn::GetAtt"] = new JsonArray(functions[(string)reference["Ref"]!], "Arn") });
        foreach (var (_, resource) in resources)
            resource!.AsObject().Remove("Metadata");
        foreach (var (_, parameter) in template["Parameters"]?.AsObject() ?? [])
            parameter!.AsObject().Remove("Description");
        var outputs = template["Outputs"]?.AsObject() ?? [];
        foreach (var name in outputs.Where(output => (string?)output.Value?["Value"]?["Ref"] is { } named && dropped.Contains(named)).Select(output => output.Key).ToList())
            outputs.Remove(name);
        return template;
    }

    private static IEnumerable<JsonNode> References(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } call when call["Ref"] is JsonValue => [call],
        JsonObject map => map.SelectMany(property => References(property.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };
}
