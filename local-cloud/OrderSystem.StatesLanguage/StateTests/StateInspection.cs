using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.StateTests;

/// <summary>
/// Collects the inspection data that TestState returns for a state, including how the state's error was handled.
/// </summary>
internal sealed class StateInspection(StateTestOptions options)
{
    private readonly StatesObjectBuilder _data = new();

    public StateTestOptions Options => options;

    /// <summary>The data collected so far, under the names that TestState uses.</summary>
    public StatesObject Data => ErrorDetails is null ? _data.Build() : _data.Build().With("errorDetails", ErrorDetails);

    public bool IsRetriable { get; private set; }

    public StatesObject? ErrorDetails { get; private set; }

    public void Set(string name, StatesValue value) => _data.Set(name, value);

    /// <summary>Records that a Retrier matches the error. The delay is null if the Retrier has no attempts left.</summary>
    public void Retried(int index, TimeSpan? delay)
    {
        IsRetriable = delay is not null;
        var details = new StatesObjectBuilder(2);
        if (delay is { } wait)
            details.Set("retryBackoffIntervalSeconds", wait.TotalSeconds);
        ErrorDetails = details.Set("retryIndex", index).Build();
    }

    /// <summary>Records that a Catcher matches the error.</summary>
    public void Caught(int index) => ErrorDetails = (ErrorDetails ?? StatesObject.Empty).With("catchIndex", index);
}
