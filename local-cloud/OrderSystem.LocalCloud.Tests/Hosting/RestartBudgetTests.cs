using Microsoft.Extensions.Time.Testing;
using OrderSystem.LocalCloud.Hosting;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public sealed class RestartBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_sixth_exit_within_a_minute_exceeds_the_restart_budget()
    {
        var budget = new RestartBudget(_time);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(budget.MayStartAgain()));
        Assert.False(budget.MayStartAgain());
        Assert.Equal(6, budget.Deaths);
    }

    [Fact]
    public void Exits_older_than_a_minute_do_not_count()
    {
        var budget = new RestartBudget(_time);
        for (var death = 0; death < 20; death++)
        {
            Assert.True(budget.MayStartAgain());
            _time.Advance(TimeSpan.FromSeconds(15));
        }
    }
}
