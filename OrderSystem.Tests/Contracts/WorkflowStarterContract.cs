using System.Text;
using OrderSystem.Core.Workflow;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="IWorkflowStarter"/> must pass. The test class of each adapter inherits from this class.
/// </summary>
public abstract class WorkflowStarterContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _name = Sample.Id();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Creates a workflow starter whose executions end without further calls by the test. The execution of the order
    /// <c>o-1</c> ends at once.
    /// </summary>
    protected abstract Task<IWorkflowStarter> StarterAsync();

    /// <summary>Returns, for each execution with the given name, whether the execution has ended.</summary>
    protected abstract Task<IReadOnlyList<bool>> ExecutionsAsync(string name);

    [Fact]
    public async Task A_repeated_start_creates_one_execution()
    {
        var starter = await StarterAsync();
        Assert.True(await starter.StartAsync(_name, Input("o-1"), Cancellation));
        for (var i = 0; i < 3; i++)
            await starter.StartAsync(_name, Input("o-1"), Cancellation);
        Assert.Single(await ExecutionsAsync(_name));
    }

    [Fact]
    public async Task Concurrent_identical_starts_create_one_execution()
    {
        var starter = await StarterAsync();
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => starter.StartAsync(_name, Input("o-1"), Cancellation)));
        Assert.Contains(true, started);
        Assert.Single(await ExecutionsAsync(_name));
    }

    [Fact]
    public async Task An_execution_that_has_ended_is_not_started_again()
    {
        var starter = await StarterAsync();
        await starter.StartAsync(_name, Input("o-1"), Cancellation);
        await EndAsync();
        Assert.False(await starter.StartAsync(_name, Input("o-1"), Cancellation));
        await Assert.ThrowsAsync<WorkflowConflictException>(() => starter.StartAsync(_name, Input("o-2"), Cancellation));
        Assert.True(Assert.Single(await ExecutionsAsync(_name)));
    }

    [Fact]
    public async Task The_longest_name_and_the_largest_input_are_accepted()
    {
        const int MaximumBytes = 256 * 1024;
        var name = Sample.Id().PadRight(80, '_');
        var starter = await StarterAsync();
        var shortest = Input("o-1", "Ωé 商品 🛒 \u200d");
        var input = Input("o-1", "Ωé 商品 🛒 \u200d" + new string('x', MaximumBytes - Encoding.UTF8.GetByteCount(shortest)));
        Assert.Equal(MaximumBytes, Encoding.UTF8.GetByteCount(input));
        Assert.True(await starter.StartAsync(name, input, Cancellation));
        await starter.StartAsync(name, input, Cancellation);
        await Assert.ThrowsAsync<WorkflowConflictException>(() => starter.StartAsync(name, shortest, Cancellation));
        Assert.Single(await ExecutionsAsync(name));
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
    public async Task With_different_inputs_one_concurrent_start_wins_and_the_others_conflict()
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
        Assert.Single(await ExecutionsAsync(_name));
    }

    [Fact]
    public async Task A_cancelled_start_throws_and_leaves_the_name_free()
    {
        var starter = await StarterAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starter.StartAsync(_name, Input("o-1"), new CancellationToken(canceled: true)));
        Assert.True(await starter.StartAsync(_name, Input("o-2"), Cancellation));
    }

    private static string Input(string orderId, string? text = null) => text is null ? $$"""{"orderId":"{{orderId}}"}""" : $$"""{"orderId":"{{orderId}}","text":"{{text}}"}""";

    private async Task EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (!(await ExecutionsAsync(_name)).All(hasEnded => hasEnded))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }
}
