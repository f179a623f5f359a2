using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>What AWS publishes of resource types: their properties, and the attributes that <c>GetAtt</c> knows.</summary>
internal sealed class PublishedSchema
{
    /// <summary>Fetched together, for both are for Node.js.</summary>
    public static readonly NpmInstallation Tools = new(new NpmPackage("@aws-cdk/aws-service-spec", "0.1.216"), new NpmPackage("asl-validator", "4.0.0"));

    private readonly JsonObject _schema;

    private PublishedSchema(JsonObject schema) => _schema = schema;

    public static async Task<PublishedSchema> LoadAsync(JsonObject template, CancellationToken cancellationToken)
    {
        var folder = await Tools.EnsureAsync(progress: null, cancellationToken);
        var types = template["Resources"]!.AsObject().Select(resource => (string)resource.Value!["Type"]!).Distinct();
        var script = Path.Combine(AppContext.BaseDirectory, "Deployment", "Schema", "schema.mjs");
        var (exitCode, output) = await Tool.RunAsync("node", [script, folder, .. types], cancellationToken);
        Assert.True(exitCode == 0, output);
        return new PublishedSchema(JsonNode.Parse(output)!.AsObject());
    }

    /// <summary>The properties of a resource type; null where AWS has no such type.</summary>
    public JsonObject? Properties(string resourceType) => _schema["resources"]![resourceType]?["properties"]!.AsObject();

    /// <summary>The properties of what a property's type refers to.</summary>
    public JsonObject Definition(JsonNode type) => _schema["definitions"]![(string)type["definition"]!]!.AsObject();

    /// <summary>Whether a service publishes a metric.</summary>
    public bool HasMetric(string @namespace, string name) => _schema["metrics"]!.AsArray().Any(metric => (string?)metric == $"{@namespace} {name}");

    /// <summary>Whether <c>GetAtt</c> knows the attribute.</summary>
    public bool HasAttribute(string resourceType, string attribute) =>
        _schema["resources"]![resourceType]?["attributes"]!.AsArray().Any(name => (string?)name == attribute) == true;
}
