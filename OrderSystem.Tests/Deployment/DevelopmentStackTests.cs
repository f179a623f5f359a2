using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderSystem.AppHost.Aws;
using OrderSystem.Tests.Deployment.Schema;

namespace OrderSystem.Tests.Deployment;

/// <summary>Tests the template and the parameters from which Aspire provisions a stack.</summary>
public sealed class DevelopmentStackTests(TemplateSchemaTests.PublishedFixture published) : IClassFixture<TemplateSchemaTests.PublishedFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("development-stack-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_template_fits_into_a_request_and_omits_only_the_monitoring()
    {
        var packaged = DeployedTemplate.Packaged();
        // Use the longest possible names for a bucket and an uploaded object.
        foreach (var location in packaged["Resources"]!.AsObject()
            .SelectMany(resource => new[] { resource.Value!["Properties"]!["Code"], resource.Value["Properties"]!["DefinitionS3Location"] })
                .OfType<JsonObject>())
        {
            location[location.ContainsKey("S3Bucket") ? "S3Bucket" : "Bucket"] = new string('b', 63);
            location[location.ContainsKey("S3Key") ? "S3Key" : "Key"] = $"order-system/{new string('0', 32)}";
        }

        var whole = packaged.DeepClone();
        var path = await DevelopmentStack.WriteTemplateAsync(await WriteAsync(packaged), CancellationToken);
        Assert.InRange(new FileInfo(path).Length, 10_000, DevelopmentStack.MaximumBytes);
        var template = JsonNode.Parse(await File.ReadAllTextAsync(path, CancellationToken))!.AsObject();
        Assert.DoesNotContain(new TemplateCheck(template, published.Schema).Faults, fault => !fault.EndsWith("is not used", StringComparison.Ordinal));
        var left = template["Resources"]!.AsObject();
        Assert.Equal(
            [
                "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard",
                "AWS::IAM::Role", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Version", "AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy",
            ],
            whole["Resources"]!.AsObject().Where(resource => !left.ContainsKey(resource.Key)).Select(resource => (string)resource.Value!["Type"]!).Distinct().Order(StringComparer.Ordinal));
        foreach (var (_, resource) in whole["Resources"]!.AsObject())
            resource!.AsObject().Remove("Metadata");
        // A reference to an alias is replaced by a reference to the alias's function.
        var expected = JsonNode.Parse(Regex.Replace(
            whole["Resources"]!.ToJsonString(), """\{"Ref":"(?<name>[A-Za-z]+)Alias"\}""", """{"Fn::GetAtt":["${name}Function","Arn"]}""", RegexOptions.NonBacktracking))!;
        Assert.All(left, resource => Assert.True(JsonNode.DeepEquals(expected[resource.Key], resource.Value), resource.Key));
        Assert.Contains(AwsStack.OrdersTableOutput, template["Outputs"]!.AsObject().Select(output => output.Key));
    }

    [Fact]
    public async Task A_template_without_uploaded_packages_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<StackUnavailableException>(async () => await DevelopmentStack.WriteTemplateAsync(await WriteAsync(DeployedTemplate.Read()), CancellationToken));
        Assert.Contains("deploy/package.sh --s3-bucket", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<StackUnavailableException>(() => DevelopmentStack.WriteTemplateAsync(Path.Combine(_folder.FullName, "none.json"), CancellationToken));
        Assert.Contains("does not exist", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<StackUnavailableException>(() => DevelopmentStack.WriteTemplateAsync(Repository.TemplatePath, CancellationToken));
        Assert.Contains("is not a packaged template", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_parameters_are_those_of_the_development_stack()
    {
        var parameters = DevelopmentStack.Parameters("orders-test", Path.Combine(Repository.Root, "deploy", "dev.parameters"));
        Assert.Equal("orders-test-", parameters["TablePrefix"]);
        Assert.Equal("Delete", parameters["DataDeletionPolicy"]);
        Assert.All(parameters, parameter => Assert.True(DeployedTemplate.Read()["Parameters"]!.AsObject().ContainsKey(parameter.Key)));
    }

    private async Task<string> WriteAsync(JsonObject template)
    {
        var path = Path.Combine(_folder.FullName, "packaged.json");
        await File.WriteAllTextAsync(path, template.ToJsonString(), CancellationToken);
        return path;
    }
}
