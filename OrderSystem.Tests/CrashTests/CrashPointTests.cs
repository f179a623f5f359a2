using OrderSystem.CrashTests;

namespace OrderSystem.Tests.CrashTests;

/// <summary>With a fault at any crash point, an order reaches its correct outcome exactly once, and money and stock add up.</summary>
public abstract class CrashPointTests(CrashFixture crashes)
{
    public static TheoryData<string> Together => [.. CrashCases.Together.Keys];

    public static TheoryData<string> OneByOne => [.. CrashCases.OneByOne.Keys];

    [Theory]
    [MemberData(nameof(Together))]
    public async Task An_order_reaches_its_end_when(string what) => Check(CrashCases.Together[what], await crashes.TogetherAsync(what));

    [Theory]
    [MemberData(nameof(OneByOne))]
    public async Task An_order_reaches_its_end_even_when(string what) => Check(CrashCases.OneByOne[what], await crashes.AloneAsync(CrashCases.OneByOne[what]));

    internal void Check(CrashCase expected, CrashRunResult run)
    {
        var orderId = run.Scenario.Steps[0].Request.OrderId;
        Assert.True(run.Violations.Count == 0, $"{string.Join('\n', run.Violations)}\n{crashes.Timeline(orderId)}");
        Assert.Equal(expected.Faults.Select(fault => fault.Point), run.Strikes.Select(fault => fault.Point));
        var order = run.Evidence!.Store.Orders[orderId];
        Assert.True((expected.Status, expected.Reason, expected.IsRefunded) == (order.Status, order.Reason, order.Refunded), $"{order}\n{crashes.Timeline(orderId)}");
    }
}

public sealed class EmbeddedCrashPointTests(EmbeddedCrashFixture crashes) : CrashPointTests(crashes), IClassFixture<EmbeddedCrashFixture>;

public sealed class LocalCrashPointTests(LocalCrashFixture crashes) : CrashPointTests(crashes), IClassFixture<LocalCrashFixture>
{
    public static TheoryData<string> OfFunctions => [.. CrashCases.OfFunctions.Keys];

    [Theory]
    [MemberData(nameof(OfFunctions))]
    public async Task An_order_reaches_its_end_with_functions_as_processes_when(string what) =>
        Check(CrashCases.OfFunctions[what], await Crashes.AloneAsync(CrashCases.OfFunctions[what]));

    private CrashFixture Crashes { get; } = crashes;
}
