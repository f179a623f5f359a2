using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests tasks that call other services of LocalCloud.</summary>
public sealed class IntegrationTests : IDisposable
{
    private const string Child = """{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.fails","IsPresent":true,"Next":"F"}],"Default":"P"},"F":{"Type":"Fail","Error":"E","Cause":"c"},"P":{"Type":"Pass","End":true}}}""";
    private const string Waiting = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("integrations-").FullName;

    [Fact]
    public async Task A_message_is_sent_with_its_attributes()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var url = (string)(await server.AskAsync("AmazonSQS.CreateQueue", new JsonObject { ["QueueName"] = "q" }))["QueueUrl"]!;
        var ended = await RunAsync(server, "sqs:sendMessage",
            $$"""{"QueueUrl":"{{url}}","MessageBody":{"n.$":"$.n"},"MessageAttributes":{"kind":{"DataType":"String","StringValue":"greeting"} } }""",
            """{"n":1}""");
        var output = JsonNode.Parse((string)ended["output"]!)!;
        var message = (await server.AskAsync("AmazonSQS.ReceiveMessage", new JsonObject { ["QueueUrl"] = url, ["MessageAttributeNames"] = new JsonArray("All") }))["Messages"]![0]!;
        Assert.Equal(("""{"n":1}""", "greeting"), ((string?)message["Body"], (string?)message["MessageAttributes"]!["kind"]!["StringValue"]));
        Assert.Equal(
            ((string?)message["MessageId"], (string?)message["MD5OfBody"], (string?)message["MD5OfMessageAttributes"]),
            ((string?)output["MessageId"], (string?)output["MD5OfMessageBody"], (string?)output["MD5OfMessageAttributes"]));
        Assert.Equal(200, (int)output["SdkHttpMetadata"]!["HttpStatusCode"]!);
    }

    [Fact]
    public async Task A_missing_queue_fails_the_task()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var ended = await RunAsync(server, "sqs:sendMessage", """{"QueueUrl":"http://127.0.0.1/000000000000/none","MessageBody":"b"}""");
        Assert.Equal("SQS.QueueDoesNotExistException", (string?)ended["error"]);
        Assert.Contains("Service: Sqs, Status Code: 400", (string?)ended["cause"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_completes_a_message_task_with_a_token()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var url = (string)(await server.AskAsync("AmazonSQS.CreateQueue", new JsonObject { ["QueueName"] = "q" }))["QueueUrl"]!;
        var execution = await StartAsync(server, "sqs:sendMessage.waitForTaskToken", $$"""{"QueueUrl":"{{url}}","MessageBody":{"token.$":"$$.Task.Token"} }""");
        var message = (await server.AskAsync("AmazonSQS.ReceiveMessage", new JsonObject { ["QueueUrl"] = url, ["WaitTimeSeconds"] = 20 }))["Messages"]![0]!;
        var token = (string?)JsonNode.Parse((string)message["Body"]!)!["token"];
        await server.CallAsync("SendTaskFailure", new JsonObject { ["taskToken"] = token, ["error"] = "Refused", ["cause"] = "no" });
        var ended = await server.EndAsync(execution);
        Assert.Equal(("Refused", "no"), ((string?)ended["error"], (string?)ended["cause"]));
        Assert.Equal(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed", "ExecutionFailed"], (await server.EventTypesAsync(execution)).Skip(2));
    }

    [Theory]
    [InlineData("", "ExecutionArn,SdkHttpMetadata,SdkResponseMetadata,StartDate")]
    [InlineData(".sync", "ExecutionArn,Input,InputDetails,Name,Output,OutputDetails,StartDate,StateMachineArn,Status,StopDate")]
    [InlineData(".sync:2", "ExecutionArn,Input,InputDetails,Name,Output,OutputDetails,StartDate,StateMachineArn,Status,StopDate")]
    public async Task A_task_starts_a_child_execution_and_waits_for_it(string pattern, string members)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var child = await server.CreateAsync(Child, "child");
        var ended = await RunAsync(server, "states:startExecution" + pattern, $$"""{"StateMachineArn":"{{child}}","Name":"c","Input":{"n.$":"$.n"} }""", """{"n":1}""");
        var output = JsonNode.Parse((string)ended["output"]!)!;
        Assert.Equal(members, string.Join(',', output.AsObject().Select(member => member.Key)));
        Assert.Equal("arn:aws:states:us-east-1:000000000000:execution:child:c", (string?)output["ExecutionArn"]);
        if (pattern.Length > 0)
            Assert.Equal(pattern == ".sync" ? "\"{\\u0022n\\u0022:1}\"" : """{"n":1}""", output["Output"]!.ToJsonString());
        Assert.Equal("""{"n":1}""", (string?)(await server.EndAsync((string)output["ExecutionArn"]!))["input"]);
    }

    [Fact]
    public async Task A_failed_child_fails_the_task_with_its_description()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var child = await server.CreateAsync(Child, "child");
        var ended = await RunAsync(server, "states:startExecution.sync:2", $$"""{"StateMachineArn":"{{child}}","Input":{"fails":true} }""");
        Assert.Equal("States.TaskFailed", (string?)ended["error"]);
        var cause = JsonNode.Parse((string)ended["cause"]!)!;
        Assert.Equal(("FAILED", "E", "c"), ((string?)cause["Status"], (string?)cause["Error"], (string?)cause["Cause"]));
    }

    [Fact]
    public async Task A_missing_state_machine_fails_the_task()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var ended = await RunAsync(server, "states:startExecution", """{"StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:none"}""");
        Assert.Equal("StepFunctions.StateMachineDoesNotExistException", (string?)ended["error"]);
    }

    [Theory]
    [InlineData(".sync", "ABORTED")]
    [InlineData(".sync:2", "ABORTED")]
    [InlineData("", "RUNNING")]
    public async Task A_child_execution_is_stopped_with_its_waiting_parent(string pattern, string status)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var child = await server.CreateAsync(Waiting, "child");
        var definition = new JsonObject
        {
            ["StartAt"] = "T",
            ["States"] = new JsonObject
            {
                ["T"] = new JsonObject
                {
                    ["Type"] = "Task",
                    ["Resource"] = "arn:aws:states:::states:startExecution" + pattern,
                    ["Parameters"] = new JsonObject { ["StateMachineArn"] = child, ["Name"] = "c" },
                    ["Next"] = "W"
                },
                ["W"] = new JsonObject { ["Type"] = "Wait", ["Seconds"] = 3600, ["End"] = true },
            },
        };
        var execution = await server.StartExecutionAsync(await server.CreateAsync(definition.ToJsonString(), "parent"));
        var named = new JsonObject { ["executionArn"] = "arn:aws:states:us-east-1:000000000000:execution:child:c" };
        await server.UntilAsync(() => server.CallAsync("DescribeExecution", named.DeepClone().AsObject()), answer => (string?)answer["status"] == "RUNNING");
        await server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = execution });
        Assert.Equal("ABORTED", (string?)(await server.EndAsync(execution))["status"]);
        Assert.Equal(status, (string?)(status == "RUNNING" ? await server.CallAsync("DescribeExecution", named) : await server.EndAsync((string)named["executionArn"]!))["status"]);
    }

    [Fact]
    public async Task A_restarted_parent_waits_for_its_existing_child()
    {
        var options = new LocalCloudOptions { DataDirectory = _folder };
        var go = new TaskCompletionSource();
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var child = await server.CreateAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""", "child");
            server.Function = async (payload, _) =>
            {
                go.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
                return payload;
            };
            execution = await StartAsync(server, "states:startExecution.sync:2", $$"""{"StateMachineArn":"{{child}}","Input":{"n":1} }""");
            await go.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            Assert.Equal("""{"n":1}""", JsonNode.Parse((string)(await server.EndAsync(execution))["output"]!)!["Output"]!.ToJsonString());
            var listed = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = "arn:aws:states:us-east-1:000000000000:stateMachine:child" });
            Assert.Single(listed["executions"]!.AsArray());
        }
    }

    [Theory]
    [InlineData("RequestResponse", 200, """{"n":1}""", 1)]
    [InlineData("Event", 202, "\"\"", 1)]
    [InlineData("DryRun", 204, "\"\"", 0)]
    public async Task A_function_is_invoked_with_the_task_parameters(string type, int status, string payload, int invocations)
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { TemplatePath = WriteTemplate() });
        var ended = await RunAsync(server, "lambda:invoke", $$"""{"FunctionName":"f","InvocationType":"{{type}}","Qualifier":"live","Payload":{"n":1} }""");
        var output = JsonNode.Parse((string)ended["output"]!)!;
        Assert.Equal((status, payload), ((int)output["StatusCode"]!, output["Payload"]!.ToJsonString()));
        await server.UntilAsync(() => Task.FromResult(new JsonObject()), _ => server.Invoked.Count >= invocations);
        Assert.Equal(invocations, server.Invoked.Count);
        if (type == "RequestResponse")
            Assert.Equal(["f:live"], server.Invoked);
    }

    [Theory]
    [InlineData("Event")]
    [InlineData("DryRun")]
    public async Task A_missing_function_fails_the_task(string type)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var ended = await RunAsync(server, "lambda:invoke", $$"""{"FunctionName":"none","InvocationType":"{{type}}"}""");
        Assert.Equal("Lambda.ResourceNotFoundException", (string?)ended["error"]);
    }

    [Fact]
    public async Task An_unsupported_integration_requires_a_mock()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var ended = await RunAsync(server, "sns:publish", """{"TopicArn":"t","Message":"m"}""");
        Assert.Equal("States.Runtime", (string?)ended["error"]);
        Assert.Contains("SFN_MOCK_CONFIG", (string?)ended["cause"], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    internal static async Task<JsonObject> RunAsync(StepFunctionsServer server, string action, string parameters, string input = "{}") =>
        await server.EndAsync(await StartAsync(server, action, parameters, input));

    private static async Task<string> StartAsync(StepFunctionsServer server, string action, string parameters, string input = "{}")
    {
        var definition = $$"""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::{{action}}","Parameters":{{parameters}},"End":true} } }""";
        return await server.StartExecutionAsync(await server.CreateAsync(definition, $"m{Guid.NewGuid():N}"), input);
    }

    private string WriteTemplate()
    {
        var path = Path.Combine(_folder, "template.yaml");
        File.WriteAllText(path, """
            Resources:
              F: { Type: AWS::Lambda::Function, Properties: { FunctionName: f, Handler: F } }
              Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref F } }
              Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref F, FunctionVersion: !GetAtt Version.Version, Name: live } }
            """);
        return path;
    }
}
