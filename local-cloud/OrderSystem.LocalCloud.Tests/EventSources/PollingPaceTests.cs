using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class PollingPaceTests
{
    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(250, 3600, 0)]
    [InlineData(1, 0.5, 5)]
    [InlineData(0, 0.999, 5)]
    [InlineData(0, 1, 40)]
    [InlineData(0, 3600, 40)]
    public void The_polling_pause_is_short_with_records_and_longer_when_idle(int records, double secondsSinceLastRecord, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new PollingPace().After(records, 1000, TimeSpan.FromSeconds(secondsSinceLastRecord)));
}
