namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>Asks programs whether they are healthy.</summary>
public static class HealthExtensions
{
    /// <summary>Whether <c>/health</c> answers with success; false too where nobody listens or the answer takes too long.</summary>
    public static async Task<bool> IsHealthyAsync(this HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
