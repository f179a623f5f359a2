using System.Net;
using System.Xml.Linq;

namespace OrderSystem.LocalCloud.Tests.CloudFormation;

public sealed class StackTests : IAsyncLifetime
{
    private const string Template = """
        Description: Two queues
        Parameters:
          Prefix: { Type: String, Default: a }
        Conditions:
          Never: !Equals [a, b]
        Resources:
          Topic: { Type: AWS::SNS::Topic }
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "${Prefix}-queue" } }
        Outputs:
          QueueArn: { Value: !GetAtt Queue.Arn }
          Hidden: { Condition: Never, Value: x }
          Elsewhere: { Value: !GetAtt Topic.Unknown }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stack-");
    private LocalCloudHost? _cloud;
    private HttpClient? _client;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(_folder.FullName, "template.yaml");
        await File.WriteAllTextAsync(path, Template, CancellationToken);
        var options = new LocalCloudOptions { Port = 0, TemplatePath = path, StackName = "shop", Parameters = new Dictionary<string, string> { ["Prefix"] = "b" } };
        _cloud = await LocalCloudHost.StartAsync(options, CancellationToken);
        _client = new HttpClient { BaseAddress = _cloud.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_cloud is not null)
            await _cloud.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("")]
    [InlineData("arn:aws:cloudformation:us-east-1:000000000000:stack/shop/00000000-0000-0000-0000-000000000000")]
    public async Task DescribeStacks_returns_status_parameters_and_outputs(string name)
    {
        var (status, response) = await CallAsync("DescribeStacks", ("StackName", name));
        Assert.Equal(HttpStatusCode.OK, status);
        var stack = Assert.Single(Named(response, "Stacks")).Elements().Single();
        Assert.Equal("shop", Text(stack, "StackName"));
        Assert.Equal("CREATE_COMPLETE", Text(stack, "StackStatus"));
        Assert.Equal("Two queues", Text(stack, "Description"));
        Assert.Equal("b", Text(stack, "ParameterValue"));
        Assert.Equal("arn:aws:sqs:us-east-1:000000000000:b-queue", Text(stack, "OutputValue"));
    }

    [Fact]
    public async Task DescribeStackResources_lists_running_and_placeholder_resources()
    {
        var (_, response) = await CallAsync("DescribeStackResources", ("StackName", "shop"));
        var resources = Named(response, "member").ToDictionary(resource => Text(resource, "LogicalResourceId"));
        Assert.Equal(["Queue", "Topic"], resources.Keys.Order());
        Assert.Equal("AWS::SQS::Queue", Text(resources["Queue"], "ResourceType"));
        Assert.EndsWith("/000000000000/b-queue", Text(resources["Queue"], "PhysicalResourceId"), StringComparison.Ordinal);
        Assert.Contains("placeholder", Text(resources["Topic"], "ResourceStatusReason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DescribeStackResource_and_ListStackResources_agree()
    {
        var (_, one) = await CallAsync("DescribeStackResource", ("StackName", "shop"), ("LogicalResourceId", "Queue"));
        var (_, all) = await CallAsync("ListStackResources", ("StackName", "shop"));
        Assert.Contains(Text(one, "PhysicalResourceId"), Named(all, "PhysicalResourceId").Select(id => id.Value));
    }

    [Fact]
    public async Task GetTemplate_returns_the_template_file()
    {
        var (_, response) = await CallAsync("GetTemplate", ("StackName", "shop"));
        Assert.Equal(Template.ReplaceLineEndings("\n"), Text(response, "TemplateBody").ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("DescribeStacks", "other", "ValidationError", "Stack with id other does not exist")]
    [InlineData("DescribeStackResources", "", "ValidationError", "stackName")]
    [InlineData("CreateStack", "shop", "UnknownOperationException", "CreateStack")]
    [InlineData("", "shop", "MissingAction", "Action")]
    public async Task Errors_are_XML_with_a_code_and_a_message(string action, string name, string code, string message)
    {
        var (status, response) = await CallAsync(action, ("StackName", name));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("ErrorResponse", response.Name.LocalName);
        Assert.Equal(code, Text(response, "Code"));
        Assert.Contains(message, Text(response, "Message"), StringComparison.Ordinal);
    }

    private static IEnumerable<XElement> Named(XElement element, string name) => element.DescendantsAndSelf().Where(found => found.Name.LocalName == name);

    private static string Text(XElement element, string name) => Named(element, name).First().Value;

    private async Task<(HttpStatusCode Status, XElement Response)> CallAsync(string action, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new FormUrlEncodedContent([new("Action", action), new("Version", "2010-05-15"), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _client!.SendAsync(request, CancellationToken);
        return (response.StatusCode, XElement.Parse(await response.Content.ReadAsStringAsync(CancellationToken)));
    }
}
