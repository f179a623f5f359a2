using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Benchmarks.States;

/// <summary>A state machine to measure, with its inputs and the results of its tasks.</summary>
internal sealed class Workload
{
    private Workload(string name, int transitions, Func<int, StatesObject> input, StatesObject? tasks = null)
    {
        Name = name;
        Transitions = transitions;
        Input = input;
        Tasks = tasks ?? StatesObject.Empty;
        DefinitionPath = Path.Combine(AppContext.BaseDirectory, "States", "Definitions", name + ".asl.json");
        Definition = File.ReadAllText(DefinitionPath);
        Machine = StateMachine.Parse(name, Definition);
    }

    public static Workload Chain { get; } = new("pass-choice-chain", 4, i => StatesObject.Of(
        ("orderId", $"o-{i}"),
        ("total", 75 + (i % 2 * 50)),
        ("customer", StatesObject.Of(("id", 7), ("name", "Ada")))));

    public static Workload Orders { get; } = new(
        "order-workflow",
        4,
        i => StatesObject.Of(
            ("orderId", $"o-{i}"),
            ("total", 42.5),
            ("lines", new StatesArray([StatesObject.Of(("sku", "A1"), ("qty", 2)), StatesObject.Of(("sku", "B2"), ("qty", 1))]))),
        StatesObject.Of(
            ("ValidateOrder", StatesObject.Of(("ok", true), ("lines", 2))),
            ("ReserveStock", StatesObject.Of(("reservationId", "r-1"), ("noise", 1))),
            ("ChargeCard", StatesObject.Of(("paymentId", "p-1"))),
            ("ShipOrder", StatesObject.Of(("tracking", "t-1")))));

    public static Workload Map { get; } = new("map-1000", 1002, _ => StatesObject.Of(
        ("factor", 3),
        ("items", new StatesArray(Enumerable.Range(0, 1000).Select(n => (StatesValue)StatesObject.Of(("n", n), ("s", $"item-{n}")))))));

    public static IReadOnlyList<Workload> All { get; } = [Chain, Orders, Map];

    public string Name { get; }

    /// <summary>The number of state transitions of one execution, which is the number of states that it enters.</summary>
    public int Transitions { get; }

    /// <summary>Returns the input of the execution with a given number.</summary>
    public Func<int, StatesObject> Input { get; }

    /// <summary>The results of the Task states, by state name.</summary>
    public StatesObject Tasks { get; }

    public string DefinitionPath { get; }

    public string Definition { get; }

    public StateMachine Machine { get; }
}
