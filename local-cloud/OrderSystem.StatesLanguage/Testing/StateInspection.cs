using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Testing;

/// <summary>What is watched while one state is tested: its data at each step, and what became of its error.</summary>
internal sealed class StateInspection(StateTestOptions options)
{
    private readonly JsonObjectBuilder _data = new();

    public StateTestOptions Options => options;

    /// <summary>The data so far, by the names that TestState gives them.</summary>
    public JsonObject Data => ErrorDetails is null ? _data.Build() : _data.Build().With("errorDetails", ErrorDetails);

    public bool IsRetriable { get; private set; }

    public JsonObject? ErrorDetails { get; private set; }

    public void Set(string name, JsonValue value) => _data.Set(name, value);

    /// <summary>A Retrier takes the error, and has attempts left where there is a delay.</summary>
    public void Retried(int index, TimeSpan? delay)
    {
        IsRetriable = delay is not null;
        var details = new JsonObjectBuilder(2);
        if (delay is { } wait)
            details.Set("retryBackoffIntervalSeconds", wait.TotalSeconds);
        ErrorDetails = details.Set("retryIndex", index).Build();
    }

    /// <summary>A Catcher takes the error.</summary>
    public void Caught(int index) => ErrorDetails = (ErrorDetails ?? JsonObject.Empty).With("catchIndex", index);
}
