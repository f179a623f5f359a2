namespace OrderSystem.StatesLanguage.States;

/// <summary>Matches errors against the ErrorEquals field of a Retrier or Catcher.</summary>
internal sealed class ErrorMatcher(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);

    /// <summary>Whether ErrorEquals matches the error. ErrorEquals never matches <c>States.Runtime</c>.</summary>
    public bool Matches(StatesErrorException failure)
    {
        if (failure.Error == StatesErrors.Runtime)
            return false;
        if (failure.Error is not null && _names.Contains(failure.Error))
            return true;
        if (failure.IsHeartbeat && _names.Contains(StatesErrors.HeartbeatTimeout))
            return true;
        return _names.Contains(StatesErrors.All) || (_names.Contains(StatesErrors.TaskFailed) && failure.Error != StatesErrors.Timeout);
    }
}
