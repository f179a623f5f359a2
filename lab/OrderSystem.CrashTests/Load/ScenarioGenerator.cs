using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.CrashTests.Load;

/// <summary>Generates a scenario from a seed. The same seed always generates the same scenario.</summary>
/// <param name="seed">The seed of the scenario.</param>
/// <param name="processes">The processes that can be killed, frozen and stopped.</param>
/// <param name="writers">The processes whose disk can become full and whose database can be attacked.</param>
/// <param name="effects">The effects at which faults can strike.</param>
/// <param name="lag">The time for which a workflow may still be running after its order was placed.</param>
internal sealed class ScenarioGenerator(int seed, IReadOnlyList<string> processes, IReadOnlyList<string> writers, IReadOnlyList<string> effects, TimeSpan lag)
{
    private static readonly string[] BadBodies =
    [
        "", "{", "[]", "{\"orderId\":\"no such id!\"}",
        """{"customerId":"c-1","currency":"EUR","lines":[],"payment":{"token":"tok_ok"}}""",
        """{"customerId":"c-1","currency":"EUR","lines":[{"sku":"A","quantity":-1,"unitPrice":1}],"payment":{"token":"tok_ok"}}""",
        """{"customerId":"c-1","currency":"euros","lines":[{"sku":"A","quantity":1,"unitPrice":1e3}],"payment":{"token":"tok_ok"}}""",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Generates the scenario.</summary>
    /// <param name="orders">The number of orders that the clients place.</param>
    public Scenario Generate(int orders)
    {
        var customerId = $"r{seed}";
        // There is enough of product A for all orders and enough of product B for some orders; product C is out of stock.
        var stock = new Dictionary<string, int>(StringComparer.Ordinal) { [$"{customerId}-A"] = 10 * orders, [$"{customerId}-B"] = orders / 4, [$"{customerId}-C"] = 0 };
        var steps = Enumerable.Range(0, orders).Select(number => Step(customerId, $"{customerId}-{number}")).ToList();
        return new Scenario(seed, customerId, stock, steps, [.. Disturbances(customerId, orders)], [.. Faults(orders)]);
    }

    private ClientStep Step(string customerId, string orderId)
    {
        var request = Order(customerId, orderId);
        var kind = _random.Next(100) switch
        {
            < 52 => StepKind.Place,
            < 64 => StepKind.PlaceTwice,
            < 74 => StepKind.Repeat,
            < 82 => StepKind.OtherBody,
            < 93 => StepKind.Cancelled,
            _ => StepKind.Bad,
        };
        return new ClientStep(
            kind,
            request,
            kind == StepKind.OtherBody ? request with { Lines = [request.Lines[0] with { Quantity = request.Lines[0].Quantity + 1 }, .. request.Lines.Skip(1)] } : null,
            kind == StepKind.Bad ? BadBodies[_random.Next(BadBodies.Length)] : null,
            TimeSpan.FromMilliseconds(_random.Next(8)),
            TimeSpan.FromMilliseconds(_random.Next(12)),
            GivesUp: _random.Next(5) == 0);
    }

    private ClientOrder Order(string customerId, string orderId)
    {
        var token = _random.Next(100) switch
        {
            < 72 => PaymentTokens.Ok,
            < 82 => PaymentTokens.Declined,
            < 91 => PaymentTokens.TimeoutOnce,
            _ => PaymentTokens.AnswerLostOnce,
        };
        List<Line> lines = [new($"{customerId}-A", _random.Next(1, 4))];
        if (_random.Next(3) == 0)
            lines.Add(new($"{customerId}-B", _random.Next(1, 3)));
        if (_random.Next(12) == 0)
            lines.Add(new($"{customerId}-C", 1));
        return new ClientOrder(orderId, customerId, token, lines);
    }

    private IEnumerable<Disturbance> Disturbances(string customerId, int orders)
    {
        var count = _random.Next(1, 5);
        for (var i = 0; i < count; i++)
        {
            var kind = _random.Next(100) switch
            {
                < 24 => DisturbanceKind.Kill,
                < 36 => DisturbanceKind.Freeze,
                < 44 => DisturbanceKind.Restart,
                < 53 => DisturbanceKind.FillDisk,
                < 56 => DisturbanceKind.CutTelemetry,
                < 59 => DisturbanceKind.HangTelemetry,
                < 63 => DisturbanceKind.Poison,
                < 70 => DisturbanceKind.MoveFile,
                < 77 => DisturbanceKind.DeleteFile,
                < 83 => DisturbanceKind.ReplaceFile,
                < 89 => DisturbanceKind.DeleteLog,
                < 94 => DisturbanceKind.HoldLock,
                _ => DisturbanceKind.ChangeDefinition,
            };
            var target = kind switch
            {
                DisturbanceKind.Poison => $"{customerId} poison {i}",
                DisturbanceKind.FillDisk => Any(writers),
                _ when DatabaseDisturber.Takes(kind) => Any(writers),
                _ => Any(processes),
            };
            // About a quarter of the disturbances start after the last order was placed, while the backlog is processed.
            yield return new Disturbance(_random.Next(4) == 0 ? orders : _random.Next(orders), lag * _random.NextDouble(), kind, target, Duration(kind));
        }
    }

    private TimeSpan Duration(DisturbanceKind kind) => TimeSpan.FromMilliseconds(kind switch
    {
        // Most durations are short, so that a run does not take long.
        DisturbanceKind.HoldLock => _random.Next(1000, _random.Next(4) == 0 ? 20_000 : 4000),
        DisturbanceKind.MoveFile when _random.Next(6) == 0 => _random.Next(5500, 6500),
        _ => _random.Next(20, 600),
    });

    private IEnumerable<PlannedFault> Faults(int orders)
    {
        var count = _random.Next(7);
        for (var i = 0; i < count; i++)
        {
            var isBefore = _random.Next(2) == 0;
            var effect = Any(effects);
            var action = (FaultAction)_random.Next(isBefore ? 4 : 3);
            yield return new PlannedFault(i + 1, isBefore ? CrashPoints.Before(effect) : CrashPoints.After(effect), action)
            {
                // Let most faults strike early, because some effects occur only a few times in a run.
                Hit = 1 + (int)(orders / 3 * Math.Pow(_random.NextDouble(), 3)),
                // Let each fault kill a process at most once: further kills would only make the run longer.
                Times = action == FaultAction.Exit ? 1 : _random.Next(1, 8),
                Delay = _random.Next(8) == 0 ? PatientTemplate.ForMany.BeyondEveryTimeout : TimeSpan.FromMilliseconds(_random.Next(10, 2500)),
            };
        }
    }

    private string Any(IReadOnlyList<string> choices) => choices[_random.Next(choices.Count)];
}
