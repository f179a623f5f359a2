namespace OrderSystem.Lambda;

/// <summary>Where the Runtime API is and which functions this process serves, as the environment says.</summary>
public sealed class LambdaOptions
{
    /// <summary>Host and port of the Runtime API: <c>AWS_LAMBDA_RUNTIME_API</c>.</summary>
    public string RuntimeApi { get; set; } = "";

    /// <summary>
    /// The one handler to serve: <c>_HANDLER</c>, which the Lambda service sets. Null at a desk, where one process serves
    /// all its functions, each under <c>/{handler}</c> of the Runtime API's address.
    /// </summary>
    public string? Handler { get; set; }

    /// <summary>How many events of one function a process at a desk works on at once; in AWS always one.</summary>
    public int LocalConcurrency { get; set; } = 8;

    /// <summary>
    /// Speaks with the Runtime API, for as long as the process lives. Not one of the factory's clients: a wait for the
    /// next event has no timeout, and what resilience would retry is an event.
    /// </summary>
    public HttpClient Client { get; set; } = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = int.MaxValue }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Called before each answer where <see cref="Handler"/> is set: the Lambda service freezes the process after it, with
    /// all telemetry that is not out by then.
    /// </summary>
    public Func<CancellationToken, Task>? BeforeFreeze { get; set; }
}
