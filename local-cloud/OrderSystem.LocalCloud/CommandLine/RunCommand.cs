using System.CommandLine;
using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>
/// <c>run</c>: runs a state machine definition once, without a server, and prints the path of the execution. The exit code is
/// 1 unless the execution succeeds.
/// </summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var definition = new Argument<FileInfo>("FILE") { Description = "The Amazon States Language definition" };
        definition.AcceptExistingOnly();
        var input = new Option<FileInfo>("--input") { Description = "A file with the input; the default is {}" };
        input.AcceptExistingOnly();
        var mock = new Option<string?>("--mock") { Description = "A mock configuration file of Step Functions Local, as FILE or FILE#TESTCASE" };
        var timeScale = LocalCloudCommand.CreateTimeScale();
        var command = new Command("run", "Runs a definition once and shows each state's input and output. Tasks return results from the mock configuration.") { definition, input, mock, timeScale };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(definition)!, result.GetValue(input), result.GetValue(mock), result.GetValue(timeScale), Console.Out, Console.Error, cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(
        FileInfo file, FileInfo? inputFile, string? mock, double timeScale, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var definition = await DefinitionFile.ReadAsync(file, cancellationToken);
        var faults = definition.Validate(isExpress: false);
        foreach (var fault in faults)
            await error.WriteLineAsync(fault);
        if (faults.Count > 0)
            return 1;

        output = TextWriter.Synchronized(output);
        try
        {
            var input = inputFile is null ? StatesObject.Empty : StatesValue.Parse(await File.ReadAllBytesAsync(inputFile.FullName, cancellationToken));
            var environment = new ExecutionEnvironment { Tasks = Tasks(definition.MachineName, mock), Clock = new ScaledTimeProvider(TimeProvider.System, timeScale) };
            environment = environment with { MapRuns = new PrintedMapRuns(environment, new LocalObjects(LocalCloudOptions.FromEnvironment()), output) };
            return await RunAsync(definition, input, environment, output, cancellationToken);
        }
        catch (JsonException exception)
        {
            await error.WriteLineAsync($"{inputFile}:{exception.LineNumber + 1}:{exception.BytePositionInLine + 1}: the input is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            await error.WriteLineAsync(exception.Message);
        }

        return 1;
    }

    private static async Task<int> RunAsync(DefinitionFile definition, StatesValue input, ExecutionEnvironment environment, TextWriter output, CancellationToken cancellationToken)
    {
        var name = definition.MachineName;
        var arn = $"arn:aws:states:{environment.Region}:{LocalCloudOptions.AccountId}";
        var context = new ExecutionContextObject($"{arn}:execution:{name}:run", "run", null, input, environment.Clock.GetUtcNow(), $"{arn}:stateMachine:{name}", name);
        using var execution = new Execution(StateMachine.Parse(name, definition.Text), context, input, environment, new PathPrinter(output));
        var result = await execution.RunAsync(cancellationToken);
        await output.WriteLineAsync(result.Output is { } value ? $"{result.Status} {value}" : $"{result.Status} {result.Error}: {result.Cause}");
        return result.Status == ExecutionStatus.Succeeded ? 0 : 1;
    }

    /// <summary>The integration that returns task results from the mock configuration.</summary>
    /// <exception cref="InvalidOperationException">The mock configuration cannot be read, or the test case does not exist
    /// or is ambiguous.</exception>
    private static ITaskIntegration Tasks(string machine, string? mock)
    {
        var unmocked = new UnmockedTasks();
        if (mock is null)
            return unmocked;
        var parts = mock.Split('#', 2);
        var configuration = MockConfiguration.Load(parts[0]);
        var fitting = configuration.TestCases.Where(testCase => parts.Length == 1 || testCase.TestCase == parts[1]).ToList();
        if (fitting.Count > 1 && fitting.Exists(testCase => testCase.Machine == machine))
            fitting.RemoveAll(testCase => testCase.Machine != machine);
        return fitting.Count == 1
            ? new MockedTasks(configuration, fitting[0].Machine, fitting[0].TestCase, unmocked, [])
            : throw new InvalidOperationException(
                $"Name a test case of the state machine {machine} as {parts[0]}#TESTCASE. The file has: "
                    + $"{string.Join(", ", configuration.TestCases.Select(testCase => $"{testCase.Machine}#{testCase.TestCase}"))}");
    }

    /// <summary>Fails every task that has no mocked result.</summary>
    private sealed class UnmockedTasks : ITaskIntegration
    {
        public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) => throw Unmocked(request);

        public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => throw Unmocked(request);

        private static StatesErrorException Unmocked(TaskRequest request) =>
            new(StatesErrors.Runtime, $"The state '{request.StateName}' calls {request.Resource.Arn}, which has no mocked result: provide one with --mock FILE");
    }
}
