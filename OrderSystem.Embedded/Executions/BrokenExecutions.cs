using System.Text.Json.Nodes;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// Parks executions that did not succeed and did not park their order themselves, so that these executions can be redriven.
/// </summary>
/// <param name="deadLetters">Stores the messages.</param>
/// <param name="queue">The queue that the messages are sent to.</param>
internal sealed class BrokenExecutions(DeadLetterQueue deadLetters, string queue)
{
    /// <summary>
    /// Adds a message about a failed execution to the dead-letter queue, in the transaction that records the execution's end. The
    /// message has the same format as the messages that the order workflow itself sends to this queue.
    /// </summary>
    public void Park(Session session, string arn, string input, ExecutionResult result)
    {
        var message = new JsonObject
        {
            ["orderId"] = OrderId(input),
            ["execution"] = arn,
            ["error"] = new JsonObject { ["Error"] = result.Error ?? result.Status.ToString(), ["Cause"] = result.Cause },
        };
        deadLetters.Park(session, queue, arn, message.ToJsonString());
    }

    private static JsonNode? OrderId(string input)
    {
        try
        {
            return (JsonNode.Parse(input) as JsonObject)?["orderId"]?.DeepClone();
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
