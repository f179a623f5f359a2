using OrderSystem.CrashTests;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Load;

namespace OrderSystem.Tests.CrashTests;

public sealed class ScenarioTests
{
    [Fact]
    public void A_seed_always_produces_the_same_scenario()
    {
        Assert.Equal(Text(CrashRuns.Scenario(CrashCloud.Local, 17, 100)), Text(CrashRuns.Scenario(CrashCloud.Local, 17, 100)));
        Assert.NotEqual(Text(CrashRuns.Scenario(CrashCloud.Local, 17, 100)), Text(CrashRuns.Scenario(CrashCloud.Local, 18, 100)));
    }

    [Fact]
    public void Seeds_cover_every_kind_of_step_and_disturbance_and_every_crash_point()
    {
        var scenarios = Enumerable.Range(1, 400).Select(seed => CrashRuns.Scenario(CrashCloud.Local, seed, 40)).ToList();
        Assert.Equal(Enum.GetValues<StepKind>(), scenarios.SelectMany(scenario => scenario.Steps).Select(step => step.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<DisturbanceKind>(), scenarios.SelectMany(scenario => scenario.Disturbances).Select(disturbance => disturbance.Kind).Distinct().Order());
        var points = scenarios.SelectMany(scenario => scenario.Faults).Select(fault => fault.Point).ToHashSet();
        Assert.All(OrderSystem.CrashTests.Clouds.CloudKind.Local.Effects, effect => Assert.True(points.Contains($"{effect}.before") && points.Contains($"{effect}.after"), effect));
    }

    [Fact]
    public void About_a_quarter_of_the_disturbances_strike_after_the_last_order()
    {
        var disturbances = Enumerable.Range(1, 400).SelectMany(seed => CrashRuns.Scenario(CrashCloud.Embedded, seed, 40).Disturbances).ToList();
        Assert.InRange(disturbances.Count(disturbance => disturbance.AtStep == 40) / (double)disturbances.Count, 0.2, 0.3);
        Assert.DoesNotContain(disturbances, disturbance => disturbance.AtStep > 40);
    }

    private static string Text(Scenario scenario) =>
        string.Join('\n', [.. scenario.Steps.Select(step => $"{step.Kind} {step.Request.ToJson()} {step.Pause}"),
            .. scenario.Disturbances.Select(disturbance => disturbance.ToString()), .. scenario.Faults.Select(fault => fault.ToString())]);
}
