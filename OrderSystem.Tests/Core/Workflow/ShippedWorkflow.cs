using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>Runs the deployed state machine and its steps with the given ports and without real delays.</summary>
internal sealed class ShippedWorkflow : ITaskIntegration, IDisposable
{
    private static readonly StateMachine Machine = StateMachine.Parse("order-workflow", Definition());

    private readonly Func<Task> _betweenTries;
    private readonly ServiceProvider _services;
    private readonly WorkflowClock _clock = new();

    public ShippedWorkflow(IOrderStore orders, IInventory inventory, IPaymentLedger ledger, IPaymentTokens tokens, IPaymentGateway gateway, INotifications notifications, Func<Task>? betweenTries = null, PaymentGatewayLimit? limit = null)
    {
        _betweenTries = betweenTries ?? (() => Task.CompletedTask);
        _services = new ServiceCollection().AddLogging()
            .AddSingleton(orders).AddSingleton(inventory).AddSingleton(ledger).AddSingleton(tokens).AddSingleton(gateway).AddSingleton(notifications)
            .AddSingleton<TimeProvider>(_clock)
            // By default there is no time limit for calls to the payment gateway, so a call that hangs makes its step hang.
            .AddSingleton(limit ?? new PaymentGatewayLimit(Timeout.InfiniteTimeSpan))
            .AddOrders()
            .BuildServiceProvider();
    }

    /// <summary>Steps that timed out but may still be running.</summary>
    public List<Task> GivenUp { get; } = [];

    /// <summary>How long the state machine has waited between attempts, in simulated time.</summary>
    public TimeSpan Waited => _clock.Waited;

    /// <summary>The messages in the dead-letter queue.</summary>
    public List<StatesValue> Parked { get; } = [];

    /// <summary>Called before a message is sent to the dead-letter queue.</summary>
    public Action? Parking { get; init; }

    /// <summary>
    /// Returns the error with which the Lambda service fails a state's invocation without running the function; null to run
    /// the function.
    /// </summary>
    public Func<string, string?> ServiceError { get; init; } = _ => null;

    /// <summary>The number of attempts of each state, over all orders.</summary>
    public Dictionary<string, int> Attempts { get; } = [];

    public Task<ExecutionResult> RunAsync(string orderId)
    {
        var input = StatesValue.Parse($$"""{"orderId":"{{orderId}}"}""");
        var context = new ExecutionContextObject("arn:aws:states:us-east-1:000000000000:execution:order-workflow:run", "run",
            "arn:aws:iam::000000000000:role/r", input, _clock.GetUtcNow(), "arn:aws:states:us-east-1:000000000000:stateMachine:order-workflow",
            "order-workflow");
        return RunAsync(new Execution(Machine, context, input, new ExecutionEnvironment { Tasks = this, Clock = _clock }));
    }

    public async ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        Attempts[request.StateName] = Attempts.GetValueOrDefault(request.StateName) + 1;
        await _betweenTries();
        if (request.Resource is not { Kind: TaskKind.LambdaFunction })
            return Park(request);
        if (ServiceError(request.StateName) is { } error)
            throw new StatesErrorException(error, "fault injected by the test");
        var running = WorkflowSteps.All[request.Resource.Arn.Split(':')[^1]](_services, JsonSerializer.Deserialize(request.Parameters.ToUtf8Bytes(), StepJson.Default.StepRequest)!, default);
        if (!running.IsCompleted)
        {
            // Everything in these tests runs synchronously, so a step that has not completed by now is hanging: make it
            // time out.
            GivenUp.Add(running);
            _clock.RunOutOfTime();
            cancellationToken.ThrowIfCancellationRequested();
        }

        try
        {
            return StatesValue.Parse(JsonSerializer.SerializeToUtf8Bytes(await running, StepJson.Default.StepResult));
        }
        catch (Exception e)
        {
            throw new StatesErrorException(e.GetType().Name, e.Message);
        }
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose() => _services.Dispose();

    private static async Task<ExecutionResult> RunAsync(Execution execution)
    {
        using (execution)
            return await execution.RunAsync(TestContext.Current.CancellationToken);
    }

    private StatesObject Park(TaskRequest request)
    {
        Assert.Equal(("sqs", "sendMessage"), (request.Resource.Service, request.Resource.Api));
        Parking?.Invoke();
        Parked.Add(((StatesObject)request.Parameters)["MessageBody"]!);
        return StatesObject.Empty;
    }

    private static string Definition()
    {
        var definition = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "order-workflow.asl.json"));
        foreach (var step in WorkflowSteps.All.Keys)
            definition = definition.Replace($"${{{step}FunctionArn}}", $"arn:aws:lambda:us-east-1:000000000000:function:{step}", StringComparison.Ordinal);
        return definition;
    }
}

/// <summary>A clock that does not advance. Retry delays end at once, and a task times out when the test decides.</summary>
internal sealed class WorkflowClock : TimeProvider
{
    private static readonly TimeSpan TaskTimeout = TimeSpan.FromSeconds(30);

    private Action? _runOutOfTime;

    /// <summary>How long the state machine has waited, in simulated time.</summary>
    public TimeSpan Waited { get; private set; }

    public override DateTimeOffset GetUtcNow() => Sample.Noon;

    public override long GetTimestamp() => 0;

    /// <summary>Makes the running task time out.</summary>
    public void RunOutOfTime() => _runOutOfTime!();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == TaskTimeout)
            _runOutOfTime = () => callback(state);
        else if (dueTime == PaymentGatewayLimit.Default.Duration)
            callback(state);
        else if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Waited += dueTime;
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
