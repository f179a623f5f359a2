using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.Tests.DynamoDb;

namespace OrderSystem.Tests.LocalCloud.Template;

public class ProvisioningTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_deployed_template_is_provisioned_and_provisioned_again()
    {
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = Repository.TemplatePath };
        string? stream = null;
        for (var run = 0; run < 2; run++)
        {
            await using var host = await LocalCloudHost.StartAsync(options, CancellationToken);
            using var client = new HttpClient { BaseAddress = host.Address };
            using var function = await client.GetAsync("/2015-03-31/functions/order-system-process-orders", CancellationToken);
            var declared = JsonNode.Parse(await function.Content.ReadAsStringAsync(CancellationToken))!;
            Assert.Equal("ProcessOrders", (string?)declared["Configuration"]!["Handler"]);
            Assert.Equal(30, (int?)declared["Configuration"]!["Timeout"]);
            Assert.Equal(10, (int?)declared["Concurrency"]!["ReservedConcurrentExecutions"]);

            var queue = await CallAsync(client, "AmazonSQS.GetQueueUrl", """{"QueueName":"order-system-dead-letters"}""");
            Assert.EndsWith("/000000000000/order-system-dead-letters", (string?)queue["QueueUrl"], StringComparison.Ordinal);

            using var tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
            var orders = await CallAsync(tables, "DynamoDB_20120810.DescribeTable", """{"TableName":"Orders"}""");
            Assert.Equal(2, orders["Table"]!["GlobalSecondaryIndexes"]!.AsArray().Count);
            stream ??= (string?)orders["Table"]!["LatestStreamArn"];
            Assert.NotNull(stream);
            Assert.Equal(stream, (string?)orders["Table"]!["LatestStreamArn"]);
        }
    }

    [Fact]
    public async Task A_parameter_may_be_given()
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
    public async Task A_wrong_property_is_named()
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
    public async Task A_definition_outside_of_the_templates_folder_is_refused(string location)
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
    public async Task A_name_that_is_a_path_is_refused(string type, string properties)
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

    private static async Task<JsonNode> CallAsync(HttpClient client, string target, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };
        request.Headers.Add("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await client.SendAsync(request, CancellationToken);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
