using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>What a callback says of its task: its output, or its error.</summary>
internal sealed record TaskOutcome(JsonValue? Output, string? Error, string? Cause)
{
    /// <summary>The output.</summary>
    /// <exception cref="StatesErrorException">There is none: the task failed.</exception>
    public JsonValue Result => Output ?? throw new StatesErrorException(Error, Cause);

    public static TaskOutcome Read(ReadOnlySpan<byte> written)
    {
        var fields = (JsonObject)JsonValue.Parse(written, JsonValue.DeepestWritten);
        return new TaskOutcome(fields["output"], (fields["error"] as JsonString)?.Value, (fields["cause"] as JsonString)?.Value);
    }

    public byte[] Write()
    {
        var fields = new JsonObjectBuilder(2);
        if (Output is not null)
            fields.Set("output", Output);
        if (Error is not null)
            fields.Set("error", Error);
        if (Cause is not null)
            fields.Set("cause", Cause);
        return fields.Build().ToUtf8Bytes();
    }
}
