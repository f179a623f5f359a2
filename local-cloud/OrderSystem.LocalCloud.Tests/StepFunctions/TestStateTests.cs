using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests the inputs, errors and inspection data of <c>TestState</c>.</summary>
public sealed class TestStateTests : IAsyncLifetime
{
    private const string Activity = """{"Type":"Task","Resource":"arn:aws:states:us-east-1:000000000000:activity:a","End":true}""";
    private const string Callback = """{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"End":true}""";
    private const string Pass = """{"Type":"Pass","End":true}""";
    private const string Task = """{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"b"},"End":true}""";

    private StepFunctionsServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StepFunctionsServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(Activity)]
    [InlineData(Callback)]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"m"},"End":true}""")]
    public async Task States_that_wait_for_others_require_a_mock(string definition)
    {
        Assert.Equal("InvalidDefinition", (string?)(await TestAsync(definition))["__type"]);
        Assert.Equal("SUCCEEDED", (string?)(await TestAsync(definition, new() { ["mock"] = new JsonObject { ["result"] = "{}", ["fieldValidationMode"] = "NONE" } }))["status"]);
    }

    [Theory]
    [InlineData(Pass, "inspectionLevel", "\"ALL\"")]
    [InlineData(Task, "mock", "{}")]
    [InlineData(Task, "mock", """{"result":"{}","fieldValidationMode":"LOOSE"}""")]
    [InlineData(Task, "stateConfiguration", """{"retrierRetryCount":-1}""")]
    public async Task A_malformed_request_is_refused(string definition, string member, string value) =>
        Assert.Equal("ValidationException", (string?)(await TestAsync(definition, new() { [member] = JsonNode.Parse(value) }))["__type"]);

    [Fact]
    public async Task Variables_include_given_and_assigned_values()
    {
        var answer = await TestAsync(
            """{"Type":"Pass","Assign":{"b":2,"c":3},"End":true}""",
            new() { ["variables"] = """{"a":1,"b":1}""", ["inspectionLevel"] = "DEBUG" });
        Assert.Equal("""{"a":1,"b":2,"c":3}""", (string?)answer["inspectionData"]!["variables"]);
    }

    [Fact]
    public async Task The_context_of_a_tested_state_has_the_fixed_name_StateName()
    {
        var machine = """{"StartAt":"Mine","States":{"Mine":{"Type":"Pass","Parameters":{"name.$":"$$.State.Name"},"End":true}}}""";
        Assert.Equal("""{"name":"StateName"}""", (string?)(await TestAsync(machine, new() { ["stateName"] = "Mine" }))["output"]);
    }

    [Fact]
    public async Task A_Map_state_shows_each_transformation_of_its_items()
    {
        var map = """
            {"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON","ItemsPointer":"/orders"},"Parameters":{"Bucket":"b","Key":"k"}},
                "ItemSelector":{"n.$":"$$.Map.Item.Value","of.$":"$.of"},"ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"b":1}},"End":true,
                "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
            """;
        var shown = (await TestAsync(map, new()
        {
            ["input"] = """{"of":3}""",
            ["inspectionLevel"] = "TRACE",
            ["stateConfiguration"] = new JsonObject { ["mapItemReaderData"] = """{"orders":[1,2,3]}""" },
            ["mock"] = new JsonObject { ["result"] = "[1,2]" },
        }))["inspectionData"]!;
        Assert.Equal("[1,2,3]", (string?)shown["afterItemsPointer"]);
        Assert.Equal("""[{"n":1,"of":3},{"n":2,"of":3},{"n":3,"of":3}]""", (string?)shown["afterItemSelector"]);
        Assert.Equal("""[{"BatchInput":{"b":1},"Items":[{"n":1,"of":3},{"n":2,"of":3}]},{"BatchInput":{"b":1},"Items":[{"n":3,"of":3}]}]""", (string?)shown["afterItemBatcher"]);
    }

    [Theory]
    [InlineData("STRICT", "ValidationException")]
    [InlineData("PRESENT", null)]
    [InlineData("NONE", null)]
    public async Task Only_a_strict_mock_requires_the_required_response_fields(string mode, string? error)
    {
        var task = """{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob","Parameters":{},"End":true}""";
        var answer = await TestAsync(task, new() { ["mock"] = new JsonObject { ["result"] = """{"JobName":"j"}""", ["fieldValidationMode"] = mode } });
        Assert.Equal(error, (string?)answer["__type"]);
        Assert.Equal(error is null ? null : "Mock result schema validation error: Required field 'JobId' is missing", (string?)answer["message"]);
    }

    private Task<JsonObject> TestAsync(string definition, JsonObject? request = null)
    {
        request ??= [];
        request["definition"] = definition;
        request["roleArn"] = "arn:aws:iam::000000000000:role/test";
        return _server.CallAsync("TestState", request);
    }
}
