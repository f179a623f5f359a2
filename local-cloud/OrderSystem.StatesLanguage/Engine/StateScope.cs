using System.Diagnostics;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>One visit to a state, with all values that the state's fields may refer to.</summary>
internal sealed class StateScope(Branch branch, States.State state, StatesValue input, int enteredEventId, DateTimeOffset enteredTime)
{
    private StatesObject? _context;
    private StatesObject? _states;
    private JsonataEvaluation? _jsonata;
    private Random? _random;

    public Branch Branch => branch;

    public Execution Execution => branch.Execution;

    public States.State State => state;

    public StatesValue Input => input;

    public Variables Variables => branch.Variables;

    public int EnteredEventId => enteredEventId;

    public DateTimeOffset EnteredTime => enteredTime;

    /// <summary>The id of the event that precedes the state's entered event.</summary>
    public int PrecedingEventId { get; init; }

    /// <summary>The number of retries of the state so far.</summary>
    public int RetryCount { get; private set; }

    /// <summary>The task token while the state waits for a callback; otherwise null.</summary>
    public string? TaskToken { get; private set; }

    /// <summary>The item for which ItemSelector is being evaluated; otherwise null.</summary>
    public StatesObject? MapItem { get; private set; }

    /// <summary>The span of this visit, which is the parent of the spans of its tasks and inner branches.</summary>
    public ActivityContext Span { get; set; }

    public StatesValue? Result { get; private set; }

    public StatesObject? ErrorOutput { get; private set; }

    /// <summary>
    /// A random number generator that is seeded from the execution and this visit, so that a resumed execution draws the
    /// same numbers.
    /// </summary>
    public Random Random => _random ??= Execution.CreateRandom(enteredEventId);

    /// <summary>The context object: <c>$$</c> in JSONPath, <c>$states.context</c> in JSONata.</summary>
    public StatesObject ContextObject => _context ??= Execution.Context.Of(this);

    public JsonataEvaluation JsonataEvaluation => _jsonata ??= new JsonataEvaluation
    {
        Variables = FindVariable,
        Clock = Execution.Clock,
        Now = branch.Now,
        Random = Random,
    };

    public void Retrying()
    {
        RetryCount++;
        TaskToken = null;
        Changed();
    }

    public void WaitForCallback(string token)
    {
        TaskToken = token;
        Changed();
    }

    public void Select(StatesObject item)
    {
        MapItem = item;
        Changed();
    }

    public void Succeeded(StatesValue result)
    {
        Result = result;
        Changed();
    }

    public void Failed(StatesObject errorOutput)
    {
        Result = null;
        ErrorOutput = errorOutput;
        Changed();
    }

    /// <summary>Records a value for TestState; does nothing in a normal execution.</summary>
    public void Inspect(string name, StatesValue value) => Execution.Inspection?.Set(name, value);

    /// <summary>Creates an exception for a <c>States.Runtime</c> error in this state.</summary>
    public StatesErrorException Runtime(string what) => Failure(StatesErrors.Runtime, what);

    /// <summary>Creates an exception for an error in this state, with AWS's error message.</summary>
    public StatesErrorException Failure(string error, string what, string? location = null) =>
        new(error, $"An error occurred while executing the state '{state.Name}' (entered at the event id #{enteredEventId}). {what}") { Location = location, Summary = what };

    /// <summary>Creates an exception for a <c>States.QueryEvaluationError</c> in this state.</summary>
    public StatesErrorException QueryEvaluationError(string what, string? location) => Failure(StatesErrors.QueryEvaluationError, what, location);

    private void Changed()
    {
        _context = null;
        _states = null;
        _jsonata = null;
    }

    private StatesValue? FindVariable(string name) => name == "states" ? _states ??= BuildStates() : Variables.Find(name);

    private StatesObject BuildStates()
    {
        var builder = new StatesObjectBuilder();
        builder.Set("input", input);
        if (Result is not null)
            builder.Set("result", Result);
        if (ErrorOutput is not null)
            builder.Set("errorOutput", ErrorOutput);
        return builder.Set("context", ContextObject).Build();
    }
}
