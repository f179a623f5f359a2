using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>The outcome that a callback reports for its task: either an output or an error.</summary>
internal sealed record TaskOutcome(StatesValue? Output, string? Error, string? Cause)
{
    /// <summary>The task's output.</summary>
    /// <exception cref="StatesErrorException">The task failed.</exception>
    public StatesValue Result => Output ?? throw new StatesErrorException(Error, Cause);

    public static TaskOutcome Read(ReadOnlySpan<byte> written)
    {
        var fields = (StatesObject)StatesValue.Parse(written, StatesValue.DeepestWritten);
        return new TaskOutcome(fields["output"], (fields["error"] as StatesString)?.Value, (fields["cause"] as StatesString)?.Value);
    }

    public byte[] Write()
    {
        var fields = new StatesObjectBuilder(2);
        if (Output is not null)
            fields.Set("output", Output);
        if (Error is not null)
            fields.Set("error", Error);
        if (Cause is not null)
            fields.Set("cause", Cause);
        return fields.Build().ToUtf8Bytes();
    }
}
