using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Runs the AWS CLI against LocalCloud.</summary>
public class AwsCliTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"sum.$":"States.MathAdd($.n, 1)"},"End":true}}}""";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_state_machine_can_be_created_run_inspected_and_deleted()
    {
        var created = await RunAsync("create-state-machine", "--name", $"cli-{Guid.NewGuid():N}", "--role-arn", "arn:aws:iam::000000000000:role/test",
            "--type", "STANDARD", "--definition", Definition);
        var machine = (string)created["stateMachineArn"]!;
        var started = await RunAsync("start-execution", "--state-machine-arn", machine, "--name", "one", "--input", """{"n":1}""");
        var execution = (string)started["executionArn"]!;
        JsonObject described;
        do
            described = await RunAsync("describe-execution", "--execution-arn", execution);
        while ((string?)described["status"] == "RUNNING");
        Assert.Equal("""{"sum":2}""", (string?)described["output"]);
        var history = await RunAsync("get-execution-history", "--execution-arn", execution, "--page-size", "2");
        Assert.Equal(["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"], history["events"]!.AsArray().Select(item => (string?)item!["type"]));
        var listed = await RunAsync("list-executions", "--state-machine-arn", machine);
        Assert.Equal(execution, (string?)Assert.Single(listed["executions"]!.AsArray())!["executionArn"]);
        await RunAsync("delete-state-machine", "--state-machine-arn", machine);
    }

    [Fact]
    public async Task Errors_show_their_code_and_message()
    {
        var (exitCode, _, error) = await CallAsync("describe-state-machine", "--state-machine-arn", "arn:aws:states:us-east-1:000000000000:stateMachine:none");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("An error occurred (StateMachineDoesNotExist) when calling the DescribeStateMachine operation: State Machine Does "
            + "Not Exist: 'arn:aws:states:us-east-1:000000000000:stateMachine:none'", error, StringComparison.Ordinal);
    }

    private async Task<JsonObject> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await CallAsync(arguments);
        Assert.True(exitCode == 0, error);
        return output.Length == 0 ? [] : JsonNode.Parse(output)!.AsObject();
    }

    private async Task<(int ExitCode, string Output, string Error)> CallAsync(params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("aws", ["stepfunctions", .. arguments, "--endpoint-url", cloud.Host.Address.ToString(), "--region", "us-east-1", "--output", "json"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["AWS_ACCESS_KEY_ID"] = "local", ["AWS_SECRET_ACCESS_KEY"] = "local", ["AWS_PAGER"] = "" },
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Skip("The AWS CLI is not installed (Debian and Ubuntu: apt-get install awscli).");
        }

        var output = process.StandardOutput.ReadToEndAsync(CancellationToken);
        var error = process.StandardError.ReadToEndAsync(CancellationToken);
        await process.WaitForExitAsync(CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
