using System.Net;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Pipeline;

/// <summary>Orders that were parked because the processor was misconfigured are redriven.</summary>
public sealed class DeadLetterPipelineTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    private const int Count = 5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parked_orders_complete_when_they_are_redriven_after_the_fix()
    {
        await using var pipeline = new DeadLetterPipeline(dynamoDb.Endpoint)
        {
            Processor = { ["OrderSystem__StateMachineArn"] = "arn:aws:states:us-east-1:000000000000:stateMachine:misspelt" },
        };
        await pipeline.StartAsync(Cancelled);
        await pipeline.Orders.SetStockAsync("A1", 100, Cancelled);
        for (var i = 0; i < Count; i++)
        {
            using var created = await pipeline.Orders.PostAsync(
                $$$"""{"orderId":"parked-{{{i}}}","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}""", Cancelled);
            Assert.Equal(HttpStatusCode.Created, created?.StatusCode);
        }

        await pipeline.ParkedAsync(Count, Cancelled);
        var list = await pipeline.DlqAsync(["list"], Cancelled);
        Assert.Equal((0, Count), (list.ExitCode, Lines(list.Output, "RetryAttemptsExhausted")));
        Assert.All(await pipeline.Orders.ListAsync("c-1", Cancelled) ?? [], order => Assert.Equal(OrderStatus.Pending, order.Status));

        var inVain = await pipeline.DlqAsync(["redrive"], Cancelled);
        Assert.Equal((1, Count), (inVain.ExitCode, Lines(inVain.Output, "kept in the queue: the function reported 1 of 1 record(s) as failed")));
        await pipeline.ParkedAsync(Count, Cancelled);

        pipeline.Processor.Clear();
        await pipeline.RestartProcessorAsync(Cancelled);
        var first = await pipeline.DlqAsync(["redrive", "1"], Cancelled);
        Assert.True(first.ExitCode == 0, first.Output);
        var rest = await pipeline.DlqAsync(["redrive"], Cancelled);
        Assert.Equal((0, Count - 1), (rest.ExitCode, Lines(rest.Output, "done: ")));

        await pipeline.EventuallyAsync(
            async () => await pipeline.Orders.ListAsync("c-1", Cancelled) is { Count: Count } orders && orders.All(order => order.Status == OrderStatus.Completed), Cancelled);
        Assert.Equal(100 - (2 * Count), await pipeline.Orders.StockAsync("A1", Cancelled));
        for (var i = 0; i < Count; i++)
            Assert.Equal(19.90m, (await pipeline.Orders.PaymentAsync($"parked-{i}", Cancelled))?.Charged);
        Assert.Equal((0, "No dead-letter messages."), await pipeline.DlqAsync(["list"], Cancelled) is var (exitCode, output) ? (exitCode, output.Trim()) : default);
    }

    private static int Lines(string output, string text) => output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
}
