using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

internal sealed class Greeting : ITaskIntegration
{
    private const string Definition = """
        { "QueryLanguage": "JSONata", "StartAt": "Greet", "States": { "Greet": {
          "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:greet",
          "Output": "{% {'said': $states.result & '!'} %}", "End": true } } }
        """;

    public static async Task RunAsync()
    {
        var machine = StateMachine.Parse("greeting", Definition);
        var input = StatesValue.Parse("""{"name":"Ada"}""");
        var context = new ExecutionContextObject(
            "arn:aws:states:us-east-1:000000000000:execution:greeting:1", "1", roleArn: null, input, DateTimeOffset.UtcNow,
            "arn:aws:states:us-east-1:000000000000:stateMachine:greeting", "greeting");
        using var execution = new Execution(machine, context, input, new ExecutionEnvironment { Tasks = new Greeting() });
        var result = await execution.RunAsync(CancellationToken.None);
        Console.WriteLine($"{result.Status}: {result.Output}");
    }

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) =>
        new($"Hello, {(((StatesObject)request.Parameters)["name"] as StatesString)?.Value}");

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) =>
        new(submitted);
}
