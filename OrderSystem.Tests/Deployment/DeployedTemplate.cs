using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.Tests.Deployment;

/// <summary>Reads the template that is deployed.</summary>
internal static class DeployedTemplate
{
    public static string Folder { get; } = Path.GetDirectoryName(Repository.TemplatePath)!;

    public static JsonObject Read()
    {
        using var text = new StreamReader(Repository.TemplatePath);
        return TemplateReader.Read(text, "template.yaml");
    }

    /// <summary>
    /// The template as <c>aws cloudformation package</c> writes it: references to local files are replaced by references to
    /// uploads.
    /// </summary>
    public static JsonObject Packaged()
    {
        var template = Read();
        foreach (var properties in template["Resources"]!.AsObject().Select(resource => resource.Value!["Properties"]!))
        {
            if (properties["Code"] is JsonValue)
                properties["Code"] = new JsonObject { ["S3Bucket"] = "bucket", ["S3Key"] = "key" };
            if (properties["DefinitionS3Location"] is JsonValue)
                properties["DefinitionS3Location"] = new JsonObject { ["Bucket"] = "bucket", ["Key"] = "key" };
        }

        return template;
    }

    /// <summary>The state machine's definition, with its substitutions applied.</summary>
    public static string StateMachine()
    {
        var substitutions = Read()["Resources"]!["OrderWorkflow"]!["Properties"]!["DefinitionSubstitutions"]!.AsObject().Select(substitution => substitution.Key);
        return substitutions.Aggregate(
            File.ReadAllText(Path.Combine(Folder, "order-workflow.asl.json")),
            (text, key) => text.Replace($"${{{key}}}",
                key.EndsWith("Arn", StringComparison.Ordinal) ? $"arn:aws:lambda:us-east-1:000000000000:function:{key}"
                : "https://sqs.us-east-1.amazonaws.com/000000000000/queue", StringComparison.Ordinal));
    }

    /// <summary>Returns the object and the key at the end of a JSON path.</summary>
    public static (JsonObject Parent, string Key) At(JsonNode template, string path)
    {
        var steps = path.Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var node = template;
        foreach (var step in steps[1..^1])
            node = node is JsonArray array ? array[int.Parse(step)]! : node[step]!;
        return (node.AsObject(), steps[^1]);
    }
}
