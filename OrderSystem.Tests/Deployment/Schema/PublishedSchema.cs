using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>
/// The schema of resource types that AWS publishes: their properties, and the attributes that <c>GetAtt</c> supports.
/// </summary>
internal sealed class PublishedSchema
{
    /// <summary>The npm packages with the schema and with the validator of state machines, which are installed together.</summary>
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

    /// <summary>Returns the properties of a resource type; null if AWS has no resource type with that name.</summary>
    public JsonObject? Properties(string resourceType) => _schema["resources"]![resourceType]?["properties"]!.AsObject();

    /// <summary>Returns the properties of the definition that a property's type refers to.</summary>
    public JsonObject Definition(JsonNode type) => _schema["definitions"]![(string)type["definition"]!]!.AsObject();

    /// <summary>Whether a service publishes a metric.</summary>
    public bool HasMetric(string @namespace, string name) => _schema["metrics"]!.AsArray().Any(metric => (string?)metric == $"{@namespace} {name}");

    /// <summary>Whether <c>GetAtt</c> supports an attribute of a resource type.</summary>
    public bool HasAttribute(string resourceType, string attribute) =>
        _schema["resources"]![resourceType]?["attributes"]!.AsArray().Any(name => (string?)name == attribute) == true;
}
