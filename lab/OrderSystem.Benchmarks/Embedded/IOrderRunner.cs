namespace OrderSystem.Benchmarks.Embedded;

/// <summary>Runs orders from their acceptance to their completion.</summary>
internal interface IOrderRunner : IAsyncDisposable
{
    /// <summary>Accepts one order and returns when its completion is on disk.</summary>
    Task RunAsync(string orderId, CancellationToken cancellationToken);
}
