using System.Globalization;
using OrderSystem.LocalCloud.Tests.EventSources.Model;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>
/// Runs random schedules of writes, splits, trims, failures, timeouts, throttles, updates, kills and restarts, and checks that
/// the mapping follows the rules in <c>docs/event-source-mapping.md</c>. A failure prints the seed of its schedule. The
/// environment variable <c>MODEL_SEED</c> selects the schedule with that seed; <c>MODEL_SCHEDULES</c> sets the number of
/// schedules.
/// </summary>
public class ModelTests
{
    [Fact]
    public void Random_schedules_never_skip_reorder_or_wrongly_park_records()
    {
        var (first, count) = Environment.GetEnvironmentVariable("MODEL_SEED") is { Length: > 0 } seed
            ? (int.Parse(seed, CultureInfo.InvariantCulture), 1)
            : (1, int.Parse(Environment.GetEnvironmentVariable("MODEL_SCHEDULES") ?? "400", CultureInfo.InvariantCulture));
        for (var i = first; i < first + count; i++)
        {
            using var schedule = new MappingSchedule(i);
            var faults = schedule.Run();
            Assert.True(faults.Count == 0, $"MODEL_SEED={i}: {string.Join("; ", faults.Take(5))}");
        }
    }
}
