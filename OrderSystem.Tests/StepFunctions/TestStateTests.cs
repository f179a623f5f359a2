using System.Text.Json.Nodes;

namespace OrderSystem.Tests.StepFunctions;

/// <summary>What <c>TestState</c> takes, refuses and shows.</summary>
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
    public async Task What_waits_for_others_is_tested_with_a_mock_only(string definition)
    {
        Assert.Equal("InvalidDefinition", (string?)(await TestAsync(definition))["__type"]);
        Assert.Equal("SUCCEEDED", (string?)(await TestAsync(definition, new() { ["mock"] = new JsonObject { ["result"] = "{}", ["fieldValidationMode"] = "NONE" } }))["status"]);
    }

    [Theory]
    [InlineData(Pass, "inspectionLevel", "\"ALL\"")]
    [InlineData(Task, "mock", "{}")]
    [InlineData(Task, "mock", """{"result":"{}","fieldValidationMode":"LOOSE"}""")]
    [InlineData(Task, "stateConfiguration", """{"retrierRetryCount":-1}""")]
    public async Task What_is_malformed_is_refused(string definition, string member, string value) =>
        Assert.Equal("ValidationException", (string?)(await TestAsync(definition, new() { [member] = JsonNode.Parse(value) }))["__type"]);

    [Fact]
    public async Task Variables_show_what_was_given_and_what_was_assigned()
    {
        var answer = await TestAsync(
            """{"Type":"Pass","Assign":{"b":2,"c":3},"End":true}""",
            new() { ["variables"] = """{"a":1,"b":1}""", ["inspectionLevel"] = "DEBUG" });
        Assert.Equal("""{"a":1,"b":2,"c":3}""", (string?)answer["inspectionData"]!["variables"]);
    }

    [Fact]
    public async Task A_state_of_a_machine_has_the_service_s_name_for_it_in_its_context()
    {
        var machine = """{"StartAt":"Mine","States":{"Mine":{"Type":"Pass","Parameters":{"name.$":"$$.State.Name"},"End":true}}}""";
        Assert.Equal("""{"name":"StateName"}""", (string?)(await TestAsync(machine, new() { ["stateName"] = "Mine" }))["output"]);
    }

    private Task<JsonObject> TestAsync(string definition, JsonObject? request = null)
    {
        request ??= [];
        request["definition"] = definition;
        request["roleArn"] = "arn:aws:iam::000000000000:role/test";
        return _server.CallAsync("TestState", request);
    }
}
