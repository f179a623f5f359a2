namespace OrderSystem.StatesLanguage.States;

/// <summary>ErrorEquals of a Retrier or Catcher.</summary>
internal sealed class ErrorMatcher(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);

    /// <summary>Whether the error is meant. States.Runtime never is.</summary>
    public bool Matches(string? error)
    {
        if (error == StatesErrors.Runtime)
            return false;
        if (error is not null && _names.Contains(error))
            return true;
        if (error == StatesErrors.HeartbeatTimeout && _names.Contains(StatesErrors.Timeout))
            return true;
        return _names.Contains(StatesErrors.All) || (_names.Contains(StatesErrors.TaskFailed) && error is not (StatesErrors.Timeout or StatesErrors.HeartbeatTimeout));
    }
}
