namespace OrderSystem.Benchmarks.Embedded;

/// <summary>Runs orders to their end.</summary>
internal interface IOrderRunner : IAsyncDisposable
{
    /// <summary>Accepts one order and returns when its completion is on disk.</summary>
    Task RunAsync(string orderId, CancellationToken cancellationToken);
}
