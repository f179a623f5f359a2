using System.Buffers;
using System.Text.Json;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>The error documents that Lambda itself returns instead of a function's response.</summary>
internal static class FunctionError
{
    public const string Unhandled = "Unhandled";

    public static InvocationResult TimedOut(string requestId, TimeSpan timeout) =>
        Create("Sandbox.Timedout", FormattableString.Invariant($"RequestId: {requestId} Error: Task timed out after {timeout.TotalSeconds:0.00} seconds"));

    public static InvocationResult Exited(string requestId) =>
        Create("Runtime.ExitError", $"RequestId: {requestId} Error: Runtime exited without providing a reason");

    private static InvocationResult Create(string type, string message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("errorType", type);
            writer.WriteString("errorMessage", message);
            writer.WriteEndObject();
        }

        return new InvocationResult(buffer.WrittenMemory, Unhandled);
    }
}
