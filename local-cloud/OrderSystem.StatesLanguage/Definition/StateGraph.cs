using System.Collections.Frozen;
using OrderSystem.StatesLanguage.States;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>The states of a state machine, a branch or an item processor, linked to each other.</summary>
internal sealed class StateGraph(State start, FrozenDictionary<string, State> states)
{
    public State Start => start;

    public FrozenDictionary<string, State> States => states;
}
