namespace OrderSystem.Crashes.Load;

/// <summary>One request of a client, and what it heard.</summary>
/// <param name="OrderId">The order it is about.</param>
/// <param name="Request">What was asked for; null where the body was bad on purpose.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="HeardAt">When the answer came, or the client gave up.</param>
/// <param name="Status">The answer's status; null where none came.</param>
/// <param name="CreatedAt">The creation time in the answer.</param>
/// <param name="IsProblem">Whether the answer is a problem document that says what to mend.</param>
/// <param name="HasRetryAfter">Whether the answer says when to try again.</param>
/// <param name="IsAfterMend">Whether all was mended and nothing moved any more when it was sent.</param>
internal sealed record ClientAttempt(
    string OrderId, OrderRequest? Request, DateTimeOffset SentAt, DateTimeOffset HeardAt, int? Status, DateTimeOffset? CreatedAt = null, bool IsProblem = false, bool HasRetryAfter = false,
    bool IsAfterMend = false)
{
    /// <summary>The order was taken, now or before.</summary>
    public bool IsAccepted => Status is 200 or 201;

    /// <summary>Nothing is known of what became of it.</summary>
    public bool IsUnknown => Status is null or >= 500;
}
