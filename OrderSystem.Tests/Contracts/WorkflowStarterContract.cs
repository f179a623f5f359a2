using OrderSystem.Core.Workflow;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>What everything that starts workflows promises. An adapter inherits it.</summary>
public abstract class WorkflowStarterContract
{
    private readonly string _name = Sample.Id();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract Task<IWorkflowStarter> StarterAsync();

    [Fact]
    public async Task A_start_may_be_repeated()
    {
        var starter = await StarterAsync();
        Assert.True(await starter.StartAsync(_name, Input("o-1"), Cancellation));
        for (var i = 0; i < 3; i++)
            await starter.StartAsync(_name, Input("o-1"), Cancellation);
    }

    [Fact]
    public async Task Another_input_under_the_same_name_is_a_conflict()
    {
        var starter = await StarterAsync();
        await starter.StartAsync(_name, Input("o-1"), Cancellation);
        await Assert.ThrowsAsync<WorkflowConflictException>(() => starter.StartAsync(_name, Input("o-2"), Cancellation));
        await starter.StartAsync(_name, Input("o-1"), Cancellation);
    }

    [Fact]
    public async Task Of_concurrent_starts_with_different_inputs_one_wins_and_the_others_are_conflicts()
    {
        var starter = await StarterAsync();
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await starter.StartAsync(_name, Input($"o-{i}"), Cancellation);
                return true;
            }
            catch (WorkflowConflictException)
            {
                return false;
            }
        }));
        Assert.Single(starts, won => won);
    }

    [Fact]
    public async Task A_cancelled_start_throws_and_leaves_the_name_free()
    {
        var starter = await StarterAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starter.StartAsync(_name, Input("o-1"), new CancellationToken(canceled: true)));
        Assert.True(await starter.StartAsync(_name, Input("o-2"), Cancellation));
    }

    private static string Input(string orderId) => $$"""{"orderId":"{{orderId}}"}""";
}
