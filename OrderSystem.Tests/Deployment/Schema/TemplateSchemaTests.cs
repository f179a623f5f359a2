using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Deployment.Schema;

public class TemplateSchemaTests(TemplateSchemaTests.PublishedFixture published) : IClassFixture<TemplateSchemaTests.PublishedFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_resource_and_property_is_in_the_published_schema()
    {
        var template = DeployedTemplate.Packaged();
        var check = new TemplateCheck(template, published.Schema);
        Assert.Empty(check.Faults);
        Assert.NotEmpty(check.Checked);
    }

    /// <summary>
    /// Breaks each property in turn: gives it another name, gives it another type and, if it is required, removes it.
    /// </summary>
    [Fact]
    public void Every_broken_property_is_detected()
    {
        var template = DeployedTemplate.Packaged();
        var survivors = new List<string>();
        foreach (var property in new TemplateCheck(template, published.Schema).Checked)
        {
            Try("renamed", property, (parent, key) =>
            {
                var value = parent[key]!.DeepClone();
                parent.Remove(key);
                parent[key + "Renamed"] = value;
            });
            if (property.Required)
                Try("removed", property, (parent, key) => parent.Remove(key));
            if (property.Type is not ("json" or "union"))
                Try("mistyped", property, (parent, key) => parent[key] = property.Type == "array" ? "text" : new JsonArray("text"));
        }

        Assert.Empty(survivors);

        void Try(string change, CheckedProperty property, Action<JsonObject, string> breakIt)
        {
            var mutant = template.DeepClone().AsObject();
            var (parent, key) = DeployedTemplate.At(mutant, property.Path);
            breakIt(parent, key);
            if (new TemplateCheck(mutant, published.Schema).Faults.Count == 0)
                survivors.Add($"{property.Path} {change}");
        }
    }

    [Theory]
    [InlineData("$.Resources.ApiFunction.Type", "\"AWS::Lambda::Funktion\"", "is not a resource type")]
    [InlineData("$.Resources.ApiFunction.Depends", "\"OrdersTable\"", "Depends is not a valid key of a resource")]
    [InlineData("$.Resources.ApiFunction.DependsOn", "\"Elsewhere\"", "depends on Elsewhere")]
    [InlineData("$.Resources.ApiFunction.Condition", "\"Never\"", "Never is not a condition")]
    [InlineData("$.Resources.ApiFunction.Properties.Role", """{"Fn::GetAtt":["ApiRole","Arm"]}""", "ApiRole has no attribute Arm")]
    [InlineData("$.Resources.ApiFunction.Properties.Role", """{"Ref":"NoRole"}""", "NoRole is neither")]
    [InlineData("$.Resources.ApiFunction.Properties.Role", """{"Fn::Sub":"${ApiRole.Arm}"}""", "ApiRole has no attribute Arm")]
    [InlineData("$.Resources.ApiFunction.Properties.Role", """{"Fn::Sub":"${AWS::Regoin}"}""", "AWS::Regoin is neither")]
    [InlineData("$.Resources.ApiFunction.Properties.MemorySize", "\"plenty\"", "is not a valid integer")]
    [InlineData("$.Resources.ApiFunction.Properties.MemorySize", """{"Ref":"TablePrefix"}""", "the type must be integer, but the value is a string")]
    [InlineData("$.Resources.EncryptionKey.Properties.EnableKeyRotation", "\"perhaps\"", "is not a valid boolean")]
    [InlineData("$.Resources.ApiLogGroup.Properties.RetentionInDays", "31", "31 is not a valid integer; allowed are")]
    [InlineData("$.Parameters.LogRetentionInDays.AllowedValues", "[31]", "31 is not a valid integer; allowed are")]
    [InlineData("$.Parameters.ApiRole", """{"Type":"String"}""", "ApiRole: is both a parameter and a resource")]
    [InlineData("$.Parameters.Idle", """{"Type":"String"}""", "Idle: is not used")]
    public void Each_kind_of_error_is_reported(string path, string value, string fault)
    {
        var template = DeployedTemplate.Packaged();
        var (parent, key) = DeployedTemplate.At(template, path);
        parent[key] = JsonNode.Parse(value);
        Assert.Contains(new TemplateCheck(template, published.Schema).Faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("\"StartAt\": \"ValidateOrder\"", "\"StartAt\": \"Nowhere\"", false)]
    [InlineData("\"Next\": \"IsPaid\"", "\"Next\": \"IsLate\"", false)]
    [InlineData("\"Type\": \"Succeed\"", "\"Type\": \"Success\"", false)]
    [InlineData("\"IntervalSeconds\": 2", "\"IntervalSeconds\": \"two\"", false)]
    public async Task The_state_machine_is_valid_and_broken_variants_are_refused(string part, string replacement, bool valid)
    {
        var tools = await PublishedSchema.Tools.EnsureAsync(progress: null, CancellationToken);
        var definition = DeployedTemplate.StateMachine();
        if (part.Length > 0)
        {
            Assert.Contains(part, definition, StringComparison.Ordinal);
            definition = definition.Replace(part, replacement, StringComparison.Ordinal);
        }

        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, definition, CancellationToken);
            var (exitCode, output) = await Tool.RunAsync(
                "node", [Path.Combine(tools, "node_modules", "asl-validator", "dist", "bin", "asl-validator.js"), "--json-path", path], CancellationToken);
            Assert.True(exitCode == 0 == valid, output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The published schema, read once for all tests.</summary>
    public sealed class PublishedFixture : IAsyncLifetime
    {
        internal PublishedSchema Schema { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Schema = await PublishedSchema.LoadAsync(DeployedTemplate.Packaged(), CancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
