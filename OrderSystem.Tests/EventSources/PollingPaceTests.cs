using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.Tests.EventSources;

public class PollingPaceTests
{
    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(250, 3600, 0)]
    [InlineData(1, 0.5, 5)]
    [InlineData(0, 0.999, 5)]
    [InlineData(0, 1, 50)]
    [InlineData(0, 9.999, 50)]
    [InlineData(0, 10, 100)]
    [InlineData(0, 3600, 100)]
    public void The_longer_it_is_quiet_the_longer_the_pause(int records, double secondsSinceLastRecord, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new PollingPace().After(records, 1000, TimeSpan.FromSeconds(secondsSinceLastRecord)));
}
