using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Benchmarks.States;

/// <summary>A state machine to measure, with its inputs and the results of its tasks.</summary>
internal sealed class Workload
{
    private Workload(string name, int transitions, Func<int, JsonObject> input, JsonObject? tasks = null)
    {
        Name = name;
        Transitions = transitions;
        Input = input;
        Tasks = tasks ?? JsonObject.Empty;
        DefinitionPath = Path.Combine(AppContext.BaseDirectory, "States", "Definitions", name + ".asl.json");
        Definition = File.ReadAllText(DefinitionPath);
        Machine = StateMachine.Parse(name, Definition);
    }

    public static Workload Chain { get; } = new("pass-choice-chain", 4, i => JsonObject.Of(
        ("orderId", $"o-{i}"),
        ("total", 75 + (i % 2 * 50)),
        ("customer", JsonObject.Of(("id", 7), ("name", "Ada")))));

    public static Workload Orders { get; } = new(
        "order-workflow",
        4,
        i => JsonObject.Of(
            ("orderId", $"o-{i}"),
            ("total", 42.5),
            ("lines", new JsonArray([JsonObject.Of(("sku", "A1"), ("qty", 2)), JsonObject.Of(("sku", "B2"), ("qty", 1))]))),
        JsonObject.Of(
            ("ValidateOrder", JsonObject.Of(("ok", true), ("lines", 2))),
            ("ReserveStock", JsonObject.Of(("reservationId", "r-1"), ("noise", 1))),
            ("ChargeCard", JsonObject.Of(("paymentId", "p-1"))),
            ("ShipOrder", JsonObject.Of(("tracking", "t-1")))));

    public static Workload Map { get; } = new("map-1000", 1002, _ => JsonObject.Of(
        ("factor", 3),
        ("items", new JsonArray(Enumerable.Range(0, 1000).Select(n => (JsonValue)JsonObject.Of(("n", n), ("s", $"item-{n}")))))));

    public static IReadOnlyList<Workload> All { get; } = [Chain, Orders, Map];

    public string Name { get; }

    /// <summary>The number of state transitions of one execution, which is the number of states that it enters.</summary>
    public int Transitions { get; }

    /// <summary>Returns the input of the execution with a given number.</summary>
    public Func<int, JsonObject> Input { get; }

    /// <summary>The results of the Task states, by state name.</summary>
    public JsonObject Tasks { get; }

    public string DefinitionPath { get; }

    public string Definition { get; }

    public StateMachine Machine { get; }
}
