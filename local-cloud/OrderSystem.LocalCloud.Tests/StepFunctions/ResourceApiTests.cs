using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests the API for state machines and activities: repeated creation, and validation of requests.</summary>
public sealed class ResourceApiTests : IAsyncLifetime
{
    private const string Definition = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""";

    private StepFunctionsServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StepFunctionsServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task CreateStateMachine_is_idempotent_and_ignores_a_different_role()
    {
        var arn = await _server.CreateAsync(Definition, "same");
        var again = await CallAsync("CreateStateMachine", ("name", "same"), ("definition", Definition), ("roleArn", "arn:aws:iam::000000000000:role/other"));
        Assert.Equal(arn, (string?)again["stateMachineArn"]);
        Assert.Equal("arn:aws:iam::000000000000:role/test", (string?)(await CallAsync("DescribeStateMachine", ("stateMachineArn", arn)))["roleArn"]);
        var other = await CallAsync("CreateStateMachine", ("name", "same"),
            ("definition", Definition.Replace("P\"", "Q\"", StringComparison.Ordinal)), ("roleArn", "arn:aws:iam::000000000000:role/test"));
        Assert.Equal("StateMachineAlreadyExists", (string?)other["__type"]);
    }

    [Fact]
    public async Task CreateActivity_is_idempotent_and_ignores_different_tags()
    {
        static JsonArray Tags(string value) => [new JsonObject { ["key"] = "k", ["value"] = value }];
        var arn = (string)(await CallAsync("CreateActivity", ("name", "work"), ("tags", Tags("first"))))["activityArn"]!;
        Assert.Equal(arn, (string?)(await CallAsync("CreateActivity", ("name", "work"), ("tags", Tags("second"))))["activityArn"]);
        Assert.Equal("first", (string?)(await CallAsync("ListTagsForResource", ("resourceArn", arn)))["tags"]![0]!["value"]);
    }

    [Theory]
    [InlineData("<execution-role-arn>")]
    [InlineData("role")]
    [InlineData("arn:aws:iam::12:role/short-account")]
    [InlineData("arn:aws:iam::000000000000:user/somebody")]
    [InlineData("arn:aws:iam::000000000000:role/")]
    [InlineData("arn:aws:lambda:us-east-1:000000000000:function:f")]
    public async Task A_role_that_is_not_the_ARN_of_a_role_is_refused(string role)
    {
        var created = await CallAsync("CreateStateMachine", ("name", "roles"), ("definition", Definition), ("roleArn", role));
        Assert.Equal(("InvalidArn", $"Invalid Role Arn: '{role}'"), ((string?)created["__type"], (string?)created["message"]));
        var updated = await CallAsync("UpdateStateMachine", ("stateMachineArn", await _server.CreateAsync(Definition, "other")), ("roleArn", role));
        Assert.Equal("InvalidArn", (string?)updated["__type"]);
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:role/path/to/role")]
    [InlineData("arn:aws-cn:iam::000000000000:role/role")]
    [InlineData("arn:aws-us-gov:iam::000000000000:role/service-role/role")]
    public async Task A_role_of_any_path_and_partition_is_kept(string role)
    {
        var arn = (string?)(await CallAsync("CreateStateMachine", ("name", "roles"), ("definition", Definition), ("roleArn", role)))["stateMachineArn"];
        Assert.Equal(role, (string?)(await CallAsync("DescribeStateMachine", ("stateMachineArn", arn!)))["roleArn"]);
    }

    [Theory]
    [InlineData("DescribeStateMachine", "stateMachineArn", "activity:a", "activity")]
    [InlineData("DeleteStateMachine", "stateMachineArn", "execution:m:e", "execution")]
    [InlineData("StartExecution", "stateMachineArn", "activity:a", "activity")]
    [InlineData("DescribeActivity", "activityArn", "stateMachine:m", "stateMachine")]
    [InlineData("DescribeExecution", "executionArn", "express:m:e:x", "express")]
    public async Task An_ARN_of_another_resource_type_is_refused_with_its_type(string operation, string member, string resource, string type)
    {
        var answer = await CallAsync(operation, (member, $"arn:aws:states:us-east-1:000000000000:{resource}"));
        Assert.Equal(("InvalidArn", $"Invalid Arn: 'Resource type not valid in this context: {type}'"), ((string?)answer["__type"], (string?)answer["message"]));
    }

    [Fact]
    public async Task Validation_refuses_unknown_types_and_severities()
    {
        foreach (var (member, value) in new[] { ("type", "FAST"), ("severity", "FATAL") })
            Assert.Equal("ValidationException", (string?)(await CallAsync("ValidateStateMachineDefinition", ("definition", Definition), (member, value)))["__type"]);
        Assert.Equal("OK", (string?)(await CallAsync("ValidateStateMachineDefinition", ("definition", Definition), ("severity", "WARNING")))["result"]);
    }

    private Task<JsonObject> CallAsync(string operation, params (string Name, JsonNode? Value)[] members) =>
        _server.CallAsync(operation, new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, member.Value))));

    [Fact]
    public async Task All_length_violations_are_reported_together()
    {
        var refused = await _server.CallAsync("SendTaskFailure", new JsonObject { ["taskToken"] = "", ["error"] = new string('e', 257), ["cause"] = new string('c', 32_769) });
        Assert.Equal("ValidationException", (string?)refused["__type"]);
        Assert.Equal(
            "3 validation errors detected: Value '' at 'taskToken' failed to satisfy constraint: Member must have length greater than or equal to 1; "
            + "Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256; "
            + "Value at 'cause' failed to satisfy constraint: Member must have length less than or equal to 32768",
            (string?)refused["message"]);
    }

    [Theory]
    [InlineData("aws:mine", 1)]
    [InlineData("", 1)]
    [InlineData("k", 257)]
    public async Task An_invalid_tag_is_refused(string key, int valueLength)
    {
        var arn = (string?)(await _server.CallAsync("CreateActivity", new JsonObject { ["name"] = "tagged" }))["activityArn"];
        var tag = new JsonObject { ["key"] = key, ["value"] = new string('v', valueLength) };
        Assert.Equal("ValidationException", (string?)(await _server.CallAsync("TagResource", new JsonObject { ["resourceArn"] = arn, ["tags"] = new JsonArray(tag) }))["__type"]);
    }

    [Fact]
    public async Task Warnings_are_returned_on_request()
    {
        var request = new JsonObject { ["definition"] = """{"StartAt":"P","States":{"P":{"Type":"Pass","Result":"$.x","End":true}}}""" };
        var silent = await _server.CallAsync("ValidateStateMachineDefinition", request.DeepClone().AsObject());
        Assert.Equal(("OK", 0), ((string?)silent["result"], silent["diagnostics"]!.AsArray().Count));
        request["severity"] = "WARNING";
        var warned = await _server.CallAsync("ValidateStateMachineDefinition", request);
        Assert.Equal("OK", (string?)warned["result"]);
        var warning = Assert.Single(warned["diagnostics"]!.AsArray())!;
        Assert.Equal(("WARNING", "PASS_RESULT_IS_STATIC", "/States/P/Result"), ((string?)warning["severity"], (string?)warning["code"], (string?)warning["location"]));
    }
}
