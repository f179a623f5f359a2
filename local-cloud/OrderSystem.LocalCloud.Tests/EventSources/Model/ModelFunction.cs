using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>
/// A function that randomly succeeds, fails, times out or is throttled. With a tumbling window, the window's state counts the
/// records that the function has processed.
/// </summary>
internal sealed class ModelFunction(Random random, double failureRate, double throttleRate)
{
    /// <summary>Whether the function has stopped failing at random, so that only poison records make it fail.</summary>
    public bool IsHealed { get; set; }

    public InvocationOutcome Answer(FunctionCall call, EventSourceMappingConfiguration configuration, bool livesWithPoison)
    {
        if (!IsHealed && random.NextDouble() < throttleRate)
            return call.Throttle();
        if (!IsHealed && random.NextDouble() < failureRate)
            return Fail(call, configuration);
        var poison = call.Names.Where(name => name.StartsWith("poison", StringComparison.Ordinal)).ToList();
        // If nothing limits the retries, a poison record would block its shard indefinitely, so the function eventually
        // accepts it.
        if (poison.Count == 0 || (livesWithPoison && (IsHealed || random.Next(4) == 0)))
            return Succeed(call, configuration, call.Names.Count, []);
        return configuration.ReportBatchItemFailures && random.Next(6) != 0
            ? Succeed(call, configuration, call.Names.ToList().IndexOf(poison[0]), poison)
            : Fail(call, configuration);
    }

    private InvocationOutcome Fail(FunctionCall call, EventSourceMappingConfiguration configuration)
    {
        if (random.Next(5) != 0)
            return call.Fail("Sandbox.Timedout");
        if (configuration.ReportBatchItemFailures)
            return call.Succeed("""{"state":{"n":-1},"batchItemFailures":[{"itemIdentifier":""}]}""");
        return configuration.TumblingWindow > TimeSpan.Zero ? call.Succeed("{}") : call.Fail();
    }

    private static InvocationOutcome Succeed(FunctionCall call, EventSourceMappingConfiguration configuration, int taken, List<string> failed)
    {
        var answer = new JsonObject();
        if (failed.Count > 0)
            answer["batchItemFailures"] = new JsonArray([.. failed.Select(name => new JsonObject { ["itemIdentifier"] = call.Identifiers[call.Names.ToList().IndexOf(name)] })]);
        if (configuration.TumblingWindow > TimeSpan.Zero)
            answer["state"] = new JsonObject { ["n"] = ((int?)call.Event["state"]?["n"] ?? 0) + taken };
        return call.Succeed(answer.ToJsonString());
    }
}
