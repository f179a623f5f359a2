using Microsoft.Extensions.DependencyInjection;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.Provisioning;

public class ProvisioningTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parameter_value_can_be_passed()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """
            Parameters:
              Seconds: { Type: Number, Default: 5 }
            Resources:
              F:
                Type: AWS::Lambda::Function
                Properties: { FunctionName: given, Handler: H, Timeout: !Ref Seconds }
            """, CancellationToken);
        var options = new LocalCloudOptions
        {
            Port = 0,
            DynamoDbEndpoint = dynamoDb.Endpoint,
            TemplatePath = path,
            Parameters = new Dictionary<string, string> { ["Seconds"] = "9" },
        };
        await using var host = await LocalCloudHost.StartAsync(options, CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(9), host.Services.GetRequiredService<FunctionRegistry>().Get("given").Configuration.Timeout);
        File.Delete(path);
    }

    [Fact]
    public async Task An_invalid_property_is_reported_by_name()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """
            Resources:
              F:
                Type: AWS::Lambda::Function
                Properties: { Handler: H, Timeout: 901 }
            """, CancellationToken);
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = path };
        var error = await Assert.ThrowsAsync<TemplateException>(() => LocalCloudHost.StartAsync(options, CancellationToken));
        Assert.Equal("F (AWS::Lambda::Function): Timeout is 901, but must be a whole number from 1 to 900.", error.Message);
        File.Delete(path);
    }

    [Theory]
    [InlineData("../machine.asl.json")]
    [InlineData("link/machine.asl.json")]
    [InlineData("/etc/hostname")]
    public async Task A_definition_outside_the_template_folder_is_refused(string location)
    {
        var folder = Directory.CreateTempSubdirectory("template-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "machine.asl.json"), """{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}""", CancellationToken);
        var template = Path.Combine(folder.CreateSubdirectory("deploy").FullName, "template.yaml");
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "deploy", "link"), "..");
        await File.WriteAllTextAsync(template, $$"""
            Resources:
              M:
                Type: AWS::StepFunctions::StateMachine
                Properties: { RoleArn: role, DefinitionS3Location: {{location}} }
            """, CancellationToken);
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template };
        var error = await Assert.ThrowsAsync<TemplateException>(() => LocalCloudHost.StartAsync(options, CancellationToken));
        Assert.EndsWith($"points to {location}, which is outside the template's folder.", error.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("AWS::Lambda::Function", "FunctionName: ../../function, Handler: H")]
    [InlineData("AWS::SQS::Queue", "QueueName: ../../queue")]
    public async Task A_resource_name_that_is_a_path_is_refused(string type, string properties)
    {
        var folder = Directory.CreateTempSubdirectory("template-");
        var template = Path.Combine(folder.FullName, "template.yaml");
        await File.WriteAllTextAsync(template, $$"""
            Resources:
              R:
                Type: {{type}}
                Properties: { {{properties}} }
            """, CancellationToken);
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template, DataDirectory = Path.Combine(folder.FullName, "data") };
        await Assert.ThrowsAsync<TemplateException>(() => LocalCloudHost.StartAsync(options, CancellationToken));
        folder.Delete(recursive: true);
    }
}
