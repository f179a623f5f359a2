namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>Checks whether programs are healthy.</summary>
public static class HealthExtensions
{
    /// <summary>
    /// Returns whether <c>/health</c> responds with a success status. Returns false if the program is not listening or the
    /// request times out.
    /// </summary>
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
