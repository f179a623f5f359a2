using System.Collections.Frozen;
using OrderSystem.StatesLanguage.States;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>The linked states of a state machine, a Parallel branch or an item processor.</summary>
internal sealed class StateGraph(State start, FrozenDictionary<string, State> states)
{
    public State Start => start;

    public FrozenDictionary<string, State> States => states;
}
