using OrderSystem.Core.Orders;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.Tests.CrashTests;

/// <summary>An order, the faults that occur while the order is processed, and the order's expected outcome.</summary>
public sealed record CrashCase
{
    /// <summary>The faults. A fault whose subject is null affects only this case's order.</summary>
    internal IReadOnlyList<PlannedFault> Faults { get; init; } = [];

    internal IReadOnlyList<DisturbanceKind> Disturbances { get; init; } = [];

    internal StepKind Kind { get; init; } = StepKind.Place;

    internal string Token { get; init; } = PaymentTokens.Ok;

    /// <summary>The number of pieces in stock. The order asks for two pieces.</summary>
    internal int Stock { get; init; } = 10;

    internal OrderStatus Status { get; init; } = OrderStatus.Completed;

    internal RejectionReason? Reason { get; init; }

    internal bool IsRefunded { get; init; }

    /// <summary>Creates the scenario of the case.</summary>
    /// <param name="name">The name from which the customer id, the SKU and the order id are derived.</param>
    internal Scenario ToScenario(string name)
    {
        var request = new ClientOrder($"{name}-0", name, Token, [new Line($"{name}-A", 2)]);
        return new Scenario(
            0,
            name,
            new Dictionary<string, int> { [$"{name}-A"] = Stock },
            [new ClientStep(Kind, request, Other: null, BadBody: null, TimeSpan.Zero, TimeSpan.Zero, GivesUp: false)],
            [.. Disturbances.Select(kind => new Disturbance(0, TimeSpan.Zero, kind, $"{name} poison", TimeSpan.Zero))],
            [.. Faults.Select(fault => fault.Subject is null ? fault with { Subject = request.OrderId } : fault)]);
    }
}
