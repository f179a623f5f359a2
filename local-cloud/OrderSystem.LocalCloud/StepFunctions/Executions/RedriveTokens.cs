namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>
/// The client tokens of an execution's latest redrives, so that a repeated request returns the first response. See
/// "RedriveExecution" in the Step Functions API Reference.
/// </summary>
internal sealed class RedriveTokens
{
    private const int Capacity = 10;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Queue<(string Token, DateTimeOffset RedriveDate)> _tokens = [];

    /// <summary>Returns the date of the redrive with this token; null if the token is unknown or older than 15 minutes.</summary>
    public DateTimeOffset? Find(string token, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (known, date) in _tokens)
            {
                if (known == token && now - date < Lifetime)
                    return date;
            }

            return null;
        }
    }

    /// <summary>Adds the token of a redrive. Only the latest ten tokens are kept.</summary>
    public void Add(string token, DateTimeOffset redriveDate)
    {
        lock (_lock)
        {
            _tokens.Enqueue((token, redriveDate));
            if (_tokens.Count > Capacity)
                _tokens.Dequeue();
        }
    }
}
