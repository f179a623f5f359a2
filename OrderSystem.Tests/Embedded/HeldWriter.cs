using OrderSystem.Embedded.Storage;

namespace OrderSystem.Tests.Embedded;

/// <summary>
/// Blocks a database's writer within a transaction, so that all writes queued in the meantime are in the next transaction.
/// </summary>
internal sealed class HeldWriter : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualResetEventSlim _gate = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _write;

    private HeldWriter(EmbeddedDatabase database)
    {
        var cancellation = TestContext.Current.CancellationToken;
        _write = database.WriteAsync(
            _ =>
            {
                _begun.SetResult();
                return _gate.Wait(Patience, cancellation);
            },
            cancellation);
    }

    /// <summary>Blocks the writer. Returns when the writer is blocked.</summary>
    public static async Task<HeldWriter> HoldAsync(EmbeddedDatabase database)
    {
        var held = new HeldWriter(database);
        await held._begun.Task;
        return held;
    }

    /// <summary>Lets the writer continue.</summary>
    public async Task LetGoAsync()
    {
        _gate.Set();
        await _write;
    }

    public void Dispose() => _gate.Dispose();
}
