using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.AppHost.Aws;

/// <summary>The packaged template as a stack to develop against: without what watches a stack while nobody looks.</summary>
/// <remarks>Aspire hands CloudFormation a template in the request itself, which takes <see cref="MaximumBytes"/>; the whole one is larger.</remarks>
public static class DevelopmentStack
{
    /// <summary>The most that CloudFormation takes in a request.</summary>
    public const int MaximumBytes = 51_200;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it beside the packaged template.</summary>
    /// <param name="packaged">What <c>deploy/package.sh --s3-bucket</c> wrote, <c>packaged.json</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="StackUnavailableException">There is no such file, or none that was uploaded, or it is still too large.</exception>
    public static async Task<string> WriteTemplateAsync(string packaged, CancellationToken cancellationToken)
    {
        if (!File.Exists(packaged))
            throw new StackUnavailableException($"There is no {packaged}. deploy/package.sh --s3-bucket NAME makes artifacts/packaged.json.");
        var template = Reduce(Parse(await File.ReadAllTextAsync(packaged, cancellationToken))
            ?? throw new StackUnavailableException($"{packaged} is no template as deploy/package.sh --s3-bucket NAME writes it: artifacts/packaged.json."));
        if (template["Resources"]!.AsObject().Any(resource => resource.Value?["Properties"]?["Code"] is JsonValue))
            throw new StackUnavailableException($"{packaged} names packages on this machine. deploy/package.sh --s3-bucket NAME uploads them and makes artifacts/packaged.json.");
        var json = template.ToJsonString(Compact);
        if (Encoding.UTF8.GetByteCount(json) > MaximumBytes)
            throw new StackUnavailableException($"{packaged} is too large for Aspire even without its alarms. Deploy it with deploy/deploy.sh, and leave --template out.");
        var path = Path.ChangeExtension(packaged, ".development.json");
        await File.WriteAllTextAsync(path, json, cancellationToken);
        return path;
    }

    /// <summary>What <c>deploy/dev.parameters</c> says, and tables named after the stack; the same that <c>deploy.sh</c> gives.</summary>
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
            .Where(resource => (string?)resource.Value?["Type"] is "AWS::CloudWatch::Alarm" or "AWS::CloudWatch::Dashboard" or "AWS::SNS::Topic" or "AWS::SNS::TopicPolicy" or "AWS::SNS::Subscription")
            .Select(resource => resource.Key).ToList();
        foreach (var name in dropped)
            resources.Remove(name);
        var outputs = template["Outputs"]?.AsObject() ?? [];
        foreach (var name in outputs.Where(output => (string?)output.Value?["Value"]?["Ref"] is { } named && dropped.Contains(named)).Select(output => output.Key).ToList())
            outputs.Remove(name);
        return template;
    }
}
