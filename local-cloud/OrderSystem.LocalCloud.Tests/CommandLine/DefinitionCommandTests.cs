using OrderSystem.LocalCloud.CommandLine;

namespace OrderSystem.LocalCloud.Tests.CommandLine;

public sealed class DefinitionCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ordersystem-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task An_error_is_shown_with_its_line_and_column()
    {
        var file = Write("wrong.asl.json", """
            {
              "StartAt": "Är",
              "States": {
                "Är": { "Type": "Pass", "Next": "Nowhere" },
                "Late": { "Type": "Choice", "Choices": [
                  { "Variable": "$.x", "NumericEquals": "q", "Next": "Är" }] }
              }
            }
            """);
        Assert.Equal(1, await ValidateCommand.ValidateAsync([file], isExpress: false, _output, CancellationToken));
        Assert.Contains($"{file}:4:29: MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere (/States/Är/Next)", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{file}:6:28: SCHEMA_VALIDATION_FAILED: ", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_JSON_is_reported_at_its_position()
    {
        var file = Write("broken.json", "{\n  \"StartAt\": }");
        Assert.Equal(1, await ValidateCommand.ValidateAsync([file], isExpress: false, _output, CancellationToken));
        Assert.StartsWith($"{file}:2:14: INVALID_JSON_DESCRIPTION: ", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_valid_definition_exits_with_0()
    {
        var file = Write("fine.asl.json", """{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}""");
        Assert.Equal(0, await ValidateCommand.ValidateAsync([file], isExpress: false, _output, CancellationToken));
        Assert.Equal($"{file}: valid{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public async Task A_run_shows_each_state_with_its_input_output_and_failed_attempts()
    {
        var machine = Write("pay.asl.json", """
            {"StartAt":"Pay","States":{
              "Pay":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":3600}],"ResultPath":"$.paid","Next":"Each"},
              "Each":{"Type":"Map","ItemsPath":"$.lines","ItemProcessor":{"StartAt":"One","States":{"One":{"Type":"Pass","End":true}}},"ResultPath":null,"End":true}}}
            """);
        var input = Write("input.json", """{"lines":[7]}""");
        var mock = Write("mock.json", """
            {"StateMachines":{"pay":{"TestCases":{"Slow":{"Pay":"Slowly"},"Never":{}}}},
             "MockedResponses":{"Slowly":{"0":{"Throw":{"Error":"Busy","Cause":"later"}},"1":{"Return":"yes"}}}}
            """);
        Assert.Equal(0, await RunCommand.RunAsync(machine, input, $"{mock}#Slow", 0, _output, _error, CancellationToken));
        Assert.Equal(
            """
            > Pay (Task)  {"lines":[7]}
            ! Busy: later
            < Pay  {"lines":[7],"paid":"yes"}
            > Each (Map)  {"lines":[7],"paid":"yes"}
            [0] > One (Pass)  7
            [0] < One  7
            < Each  {"lines":[7],"paid":"yes"}
            Succeeded {"lines":[7],"paid":"yes"}

            """,
            _output.ToString(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task A_run_shows_the_child_executions_of_a_distributed_Map()
    {
        var machine = Write("each.asl.json", """
            {"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":1,"ItemBatcher":{"MaxItemsPerBatch":2},"ToleratedFailureCount":1,"End":true,"ItemProcessor":{
              "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
              "StartAt":"One","States":{"One":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}}}}
            """);
        var input = Write("input.json", "[1,2,3]");
        var mock = Write("mock.json", """
            {"StateMachines":{"each":{"TestCases":{"Mixed":{"One":"Mixed"}}}},
             "MockedResponses":{"Mixed":{"0":{"Return":"yes"},"1":{"Throw":{"Error":"No","Cause":"why"}}}}}
            """);
        Assert.Equal(0, await RunCommand.RunAsync(machine, input, mock.FullName, 0, _output, _error, CancellationToken));
        Assert.Equal(
            """
            > Each (Map)  [1,2,3]
            [0] > One (Task)  {"Items":[1,2]}
            [0] < One  "yes"
            [1] > One (Task)  {"Items":[3]}
            [1] ! No: why
            < Each  ["yes"]
            Succeeded ["yes"]

            """,
            _output.ToString(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task A_task_without_a_mock_is_reported_with_the_missing_option()
    {
        var machine = Write("pay.asl.json", """{"StartAt":"Pay","States":{"Pay":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}""");
        Assert.Equal(1, await RunCommand.RunAsync(machine, null, null, 1, _output, _error, CancellationToken));
        Assert.Contains("Failed States.Runtime: The state 'Pay' calls arn:aws:states:::lambda:invoke, which has no mocked result: provide "
            + "one with --mock FILE", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ambiguous_test_case_must_be_named()
    {
        var machine = Write("pay.asl.json", """{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}""");
        var mock = Write("mock.json", """{"StateMachines":{"pay":{"TestCases":{"One":{},"Two":{}}}}}""");
        Assert.Equal(1, await RunCommand.RunAsync(machine, null, mock.FullName, 1, _output, _error, CancellationToken));
        Assert.Contains("The file has: pay#One, pay#Two", _error.ToString(), StringComparison.Ordinal);
    }

    private FileInfo Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return new FileInfo(path);
    }
}
