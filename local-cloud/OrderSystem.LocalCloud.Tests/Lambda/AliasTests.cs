using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Tests.Lambda;

/// <summary>Tests a function that a template publishes behind an alias, and its invocations through that alias.</summary>
public sealed class AliasTests : IAsyncLifetime
{
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:consume";

    private const string Template = """
        Resources:
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume, Timeout: 30 }
          First:
            Type: AWS::Lambda::Version
            Properties: { FunctionName: !Ref Function }
          Live:
            Type: AWS::Lambda::Alias
            Properties: { FunctionName: !Ref Function, FunctionVersion: !GetAtt First.Version, Name: live }
          Queue:
            Type: AWS::SQS::Queue
            Properties: { QueueName: arrivals, VisibilityTimeout: 60 }
          Mapping:
            Type: AWS::Lambda::EventSourceMapping
            Properties: { FunctionName: !Ref Live, EventSourceArn: !GetAtt Queue.Arn }
          Machine:
            Type: AWS::StepFunctions::StateMachine
            Properties:
              StateMachineName: machine
              RoleArn: arn:aws:iam::000000000000:role/machine
              DefinitionString: !Sub '{"StartAt":"Step","States":{"Step":{"Type":"Task","Resource":"${Live}","End":true}}}'
        Outputs:
          Alias: { Value: !Ref Live }
        """;

    private readonly string _template = Path.GetTempFileName();
    private LocalCloudHost _host = null!;
    private HttpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_template, Template, CancellationToken);
        _host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, TemplatePath = _template }, CancellationToken);
        _client = new HttpClient { BaseAddress = _host.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        File.Delete(_template);
    }

    [Theory]
    [InlineData("consume:live", "", ":live", "1")]
    [InlineData("consume", "?Qualifier=live", ":live", "1")]
    [InlineData($"{Arn}:1", "", ":1", "1")]
    [InlineData("consume", "?Qualifier=$LATEST", "", "$LATEST")]
    public async Task An_invocation_of_a_qualifier_reaches_the_function(string function, string query, string invoked, string version)
    {
        var answer = _client.PostAsync($"/2015-03-31/functions/{Uri.EscapeDataString(function)}/invocations{query}", new StringContent("{}"), CancellationToken);
        Assert.Equal(Arn + invoked, await ServeAsync());
        using var answered = await answer;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal(version, answered.Headers.GetValues("X-Amz-Executed-Version").Single());
    }

    [Theory]
    [InlineData("consume:other", "", HttpStatusCode.NotFound, $"Function not found: {Arn}:other")]
    [InlineData("consume:2", "", HttpStatusCode.NotFound, $"Function not found: {Arn}:2")]
    [InlineData("consume:live", "?Qualifier=1", HttpStatusCode.BadRequest, "The derived qualifier from the function name does not match the specified qualifier.")]
    public async Task A_qualifier_that_the_function_does_not_have_is_refused(string function, string query, HttpStatusCode status, string message)
    {
        using var answer = await _client.PostAsync($"/2015-03-31/functions/{function}/invocations{query}", new StringContent("{}"), CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken))!;
        Assert.Equal(message, (string?)(error["message"] ?? error["Message"]));
    }

    [Fact]
    public async Task A_mapping_and_a_state_machine_invoke_the_alias()
    {
        await HopRig.CallAsync(_client, "AmazonSQS.SendMessage", """{"QueueUrl":"http://x/000000000000/arrivals","MessageBody":"1"}""");
        Assert.Equal($"{Arn}:live", await ServeAsync());
        var mapping = (await GetAsync("/2015-03-31/event-source-mappings/"))["EventSourceMappings"]![0]!;
        Assert.Equal($"{Arn}:live", (string?)mapping["FunctionArn"]);
        Assert.Equal(MappingDefinition.IdOf("consume", "arn:aws:sqs:us-east-1:000000000000:arrivals"), (string?)mapping["UUID"]);

        await HopRig.CallAsync(_client, "AWSStepFunctions.StartExecution", """{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:machine"}""");
        Assert.Equal($"{Arn}:live", await ServeAsync());
    }

    [Fact]
    public async Task Versions_and_aliases_are_shown()
    {
        Assert.Equal("1", (string?)(await GetAsync("/2015-03-31/functions/consume/aliases/live"))["FunctionVersion"]);
        Assert.Equal($"{Arn}:live", (string?)Assert.Single((await GetAsync("/2015-03-31/functions/consume/aliases"))["Aliases"]!.AsArray())!["AliasArn"]);
        Assert.Equal(["$LATEST", "1"], (await GetAsync("/2015-03-31/functions/consume/versions"))["Versions"]!.AsArray().Select(version => (string?)version!["Version"]));
        using var missing = await _client.GetAsync("/2015-03-31/functions/consume/aliases/other", CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("consume", "consume", null)]
    [InlineData("consume:live", "consume", "live")]
    [InlineData("000000000000:function:consume:7", "consume", "7")]
    [InlineData($"{Arn}", "consume", null)]
    [InlineData($"{Arn}:$LATEST", "consume", null)]
    public void A_function_reference_has_a_name_and_an_optional_qualifier(string reference, string name, string? qualifier) =>
        Assert.Equal(new FunctionReference(name, qualifier), FunctionReference.Parse(reference));

    /// <summary>Serves one invocation of the function.</summary>
    /// <returns>The ARN that was invoked.</returns>
    private async Task<string> ServeAsync()
    {
        using var next = await _client.GetAsync("/Consume/2018-06-01/runtime/invocation/next", CancellationToken);
        var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var accepted = await _client.PostAsync($"/Consume/2018-06-01/runtime/invocation/{id}/response", body, CancellationToken);
        return next.Headers.GetValues("Lambda-Runtime-Invoked-Function-Arn").Single();
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(path, CancellationToken))!;
}
