using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>
/// Runs random orders through the deployed state machine, with random faults before and after the effect of every call.
/// Some steps hang and continue after the workflow has abandoned them. In every case, each order reaches a final status or
/// is parked. A parked order reaches a final status when its workflow runs again, and money and stock add up.
/// </summary>
public class CrashPointTests
{
    private const int InitialStock = 6;

    [Theory]
    [InlineData(0, 0.15, 0)]
    [InlineData(100_000, 0, 0.15)]
    [InlineData(200_000, 0.1, 0.1)]
    [InlineData(300_000, 0.02, 0.02)]
    public async Task Under_random_faults_every_order_ends_and_money_and_stock_add_up(int firstSeed, double errors, double hangs)
    {
        var (completed, rejected, revived) = (0, 0, 0);
        for (var seed = firstSeed; seed < firstSeed + 1000; seed++)
        {
            try
            {
                var run = await RunAsync(seed, errors, hangs);
                (completed, rejected, revived) = (completed + run.Completed, rejected + run.Rejected, revived + run.Revived);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, errors {errors}, hangs {hangs}: {e}");
            }
        }

        Assert.True(completed > 100 && rejected > 100, $"The faults were too many or too few to prove anything: {completed} orders completed and {rejected} were rejected.");
        Assert.Equal(hangs > 0, revived > 0);
    }

    private static async Task<(int Completed, int Rejected, int Revived)> RunAsync(int seed, double errors, double hangs)
    {
        var random = new Random(seed);
        var faults = new Faults(random, errors, hangs);
        var (orders, inventory, ledger, gateway) = (new InMemoryOrderStore(), new InMemoryInventory(), new InMemoryPaymentLedger(), new RememberingGateway());
        await inventory.SetAsync("A1", InitialStock, default);
        var revived = 0;
        using var workflow = new ShippedWorkflow(
            new FaultyOrderStore(orders, faults), new FaultyInventory(inventory, faults), new FaultyLedger(ledger, faults),
            new FaultyTokens(orders, faults), new FaultyGateway(gateway, faults), new FaultyNotifications(faults), ReviveSomeAsync);

        var placed = Enumerable.Range(0, 4)
            .Select(i => Sample.Order($"o-{i}", token: random.Next(5) switch { 0 => "tok_declined", 1 => "tok_timeout_once", _ => "tok_ok" },
                lines: new OrderLine("A1", random.Next(1, 4), 5m))).ToList();
        foreach (var order in placed)
        {
            await orders.InsertAsync(order, default);
            var parked = workflow.Parked.Count;
            var result = await workflow.RunAsync(order.OrderId);
            Assert.Equal(result.Status == ExecutionStatus.Succeeded ? parked : parked + 1, workflow.Parked.Count);
        }

        faults.Enabled = false;
        while (faults.Hanging > 0)
            Revive();
        foreach (var letter in workflow.Parked.ToList())
            Assert.Equal(ExecutionStatus.Succeeded, (await workflow.RunAsync(((StatesString)((StatesObject)letter)["orderId"]!).Value)).Status);
        Assert.All(workflow.GivenUp, step => Assert.True(step.IsCompleted));

        var (held, completed) = (0, 0);
        foreach (var order in placed)
        {
            var ended = (await orders.FindAsync(order.OrderId, default))!;
            var payment = await ledger.FindAsync(order.OrderId, default);
            Assert.Null(await ((IPaymentTokens)orders).FindAsync(order.OrderId, default));
            if (ended.Status == OrderStatus.Completed)
            {
                completed++;
                held += order.Lines[0].Quantity;
                Assert.Equal(PaymentState.Charged, payment!.State);
                Assert.True(gateway.IsCharged(order.OrderId) && !gateway.IsRefunded(order.OrderId), "a completed order is charged");
            }
            else
            {
                Assert.Equal(OrderStatus.Rejected, ended.Status);
                Assert.NotNull(ended.Reason);
                Assert.Equal(gateway.IsCharged(order.OrderId), gateway.IsRefunded(order.OrderId));
                Assert.Equal(gateway.IsRefunded(order.OrderId), payment?.State == PaymentState.Refunded);
                Assert.Equal(gateway.IsRefunded(order.OrderId), ended.Refunded);
            }
        }

        var available = (await inventory.FindAsync("A1", default))!.Available;
        Assert.Equal(InitialStock - held, available);
        Assert.True(available >= 0);
        return (completed, placed.Count - completed, revived);

        void Revive()
        {
            revived++;
            faults.Wake();
        }

        Task ReviveSomeAsync()
        {
            while (faults.Hanging > 0 && random.Next(4) == 0)
                Revive();
            return Task.CompletedTask;
        }
    }
}
