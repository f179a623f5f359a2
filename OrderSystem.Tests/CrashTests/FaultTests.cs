using OrderSystem.CrashTests.Faults;

namespace OrderSystem.Tests.CrashTests;

public sealed class FaultTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_written_fault_can_be_read_again()
    {
        var fault = new PlannedFault(7, CrashPoints.After(CrashPoints.Charge), FaultAction.Delay) { Subject = "o-1", Hit = 3, Times = 2, Delay = TimeSpan.FromMilliseconds(1500) };
        Assert.Equal(fault, PlannedFault.Parse(fault.ToString()));
        var any = new PlannedFault(8, CrashPoints.Before(CrashPoints.InsertOrder), FaultAction.Exit);
        Assert.Equal(any, PlannedFault.Parse(any.ToString()));
        Assert.Throws<FormatException>(() => PlannedFault.Parse("8 orders.insert.before explode * 1 1 0"));
    }

    [Fact]
    public async Task A_fault_starts_at_its_hit_and_occurs_as_often_as_planned_across_processes()
    {
        var effect = CrashPoints.UpdateOrder;
        new FaultFolder(_folder.FullName).Write([new PlannedFault(1, CrashPoints.Before(effect), FaultAction.Throw) { Subject = "o-1", Hit = 2, Times = 2 }]);
        var (first, second) = (new FaultInjector(new FaultFolder(_folder.FullName)), new FaultInjector(new FaultFolder(_folder.FullName)));
        var effects = 0;
        Assert.False(await StrikesAsync(first, "o-2"));
        Assert.False(await StrikesAsync(first, "o-1"));
        Assert.True(await StrikesAsync(first, "o-1"));
        Assert.False(await StrikesAsync(second, "o-1"));
        Assert.True(await StrikesAsync(second, "o-1"));
        Assert.False(await StrikesAsync(first, "o-1"));
        Assert.Equal(4, effects);
        Assert.Equal(["o-1", "o-1"], new FaultFolder(_folder.FullName).Struck(new PlannedFault(1, "", FaultAction.Throw)));

        async Task<bool> StrikesAsync(FaultInjector faults, string orderId)
        {
            try
            {
                await faults.AroundAsync(effect, orderId, () => Task.FromResult(++effects), () => new InvalidOperationException("struck"));
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task A_fault_after_an_effect_drops_the_result_and_Twice_runs_it_twice()
    {
        var folder = new FaultFolder(_folder.FullName);
        var faults = new FaultInjector(folder);
        var effects = 0;
        folder.Write([new PlannedFault(1, CrashPoints.After(CrashPoints.Refund), FaultAction.Throw)]);
        await Assert.ThrowsAsync<TimeoutException>(() => RefundAsync());
        Assert.Equal(1, effects);
        folder.Write([new PlannedFault(2, CrashPoints.Before(CrashPoints.Refund), FaultAction.Twice)]);
        Assert.Equal(3, await RefundAsync());
        Assert.Equal(1, folder.Strikes(new PlannedFault(2, "", FaultAction.Twice)));
        folder.Write([]);
        Assert.Equal(4, await RefundAsync());

        Task<int> RefundAsync() => faults.AroundAsync(CrashPoints.Refund, "o-1", () => Task.FromResult(++effects), () => new TimeoutException());
    }
}
