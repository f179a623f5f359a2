namespace OrderSystem.CrashTests.Load;

/// <summary>One request of a client, and its response.</summary>
/// <param name="OrderId">The id of the order in the request.</param>
/// <param name="Request">The request; null if the body was intentionally invalid.</param>
/// <param name="SentAt">When the request was sent.</param>
/// <param name="HeardAt">When the response arrived, or the client stopped waiting.</param>
/// <param name="Status">The HTTP status of the response; null if no response arrived.</param>
/// <param name="CreatedAt">The creation time of the order in the response; null if the response contains no order.</param>
/// <param name="IsProblem">Whether the response is a problem document.</param>
/// <param name="HasRetryAfter">Whether the response has a Retry-After header.</param>
/// <param name="IsAfterMend">Whether the request was sent after all disturbances had been undone and all work had
/// finished.</param>
internal sealed record ClientAttempt(
    string OrderId, ClientOrder? Request, DateTimeOffset SentAt, DateTimeOffset HeardAt, int? Status, DateTimeOffset? CreatedAt = null, bool IsProblem = false, bool HasRetryAfter = false,
    bool IsAfterMend = false)
{
    /// <summary>Whether the response says that the order was accepted, by this request or by an earlier one.</summary>
    public bool IsAccepted => Status is 200 or 201;

    /// <summary>Whether the client can't know if the order was accepted: there was no response, or a 5xx response.</summary>
    public bool IsUnknown => Status is null or >= 500;
}
