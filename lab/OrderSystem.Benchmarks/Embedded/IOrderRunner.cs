namespace OrderSystem.Benchmarks.Embedded;

/// <summary>Takes orders through to their end.</summary>
internal interface IOrderRunner : IAsyncDisposable
{
    /// <summary>Accepts one order and answers when it is completed and that is on disk.</summary>
    Task RunAsync(string orderId, CancellationToken cancellationToken);
}
