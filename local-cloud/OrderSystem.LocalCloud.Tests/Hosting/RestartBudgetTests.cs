using Microsoft.Extensions.Time.Testing;
using OrderSystem.LocalCloud.Hosting;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public sealed class RestartBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_sixth_death_within_a_minute_is_one_too_many()
    {
        var budget = new RestartBudget(_time);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(budget.MayStartAgain()));
        Assert.False(budget.MayStartAgain());
        Assert.Equal(6, budget.Deaths);
    }

    [Fact]
    public void Deaths_of_more_than_a_minute_ago_are_forgiven()
    {
        var budget = new RestartBudget(_time);
        for (var death = 0; death < 20; death++)
        {
            Assert.True(budget.MayStartAgain());
            _time.Advance(TimeSpan.FromSeconds(15));
        }
    }
}
