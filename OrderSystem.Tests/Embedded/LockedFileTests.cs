using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>
/// Another program holds the database file's write lock: every operation that waits for a transaction fails, and work
/// continues when the lock is released.
/// </summary>
public sealed class LockedFileTests : DatabaseFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Work_whose_next_transaction_cannot_begin_fails_instead_of_hanging()
    {
        await using var database = EmbeddedDatabase.Open(File);
        var (elsewhere, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        var told = new TaskCompletionSource<(Exception? OfWrite, Exception? OfRead)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = database.TogetherAsync(async () =>
        {
            reached.SetResult();
            await elsewhere.Task;
            var ofWrite = await Record.ExceptionAsync(() => WriteAsync(database));
            told.SetResult((ofWrite, Record.Exception(() => database.Read(session => session.First("SELECT 1", row => row.GetInt32(0))))));
            return 1;
        }, Cancellation);
        await reached.Task;
        await database.ProbeAsync(Cancellation);
        using (Hold())
        {
            elsewhere.SetResult();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => work.WaitAsync(Patience, Cancellation));
            var (ofWrite, ofRead) = await told.Task.WaitAsync(Patience, Cancellation);
            Assert.IsType<StoreUnavailableException>(ofWrite);
            Assert.IsType<StoreUnavailableException>(ofRead);
        }

        await WriteAsync(database);
    }

    [Fact]
    public async Task Work_that_waits_when_the_database_closes_fails_instead_of_hanging()
    {
        var database = EmbeddedDatabase.Open(File);
        var (elsewhere, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        var told = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = database.TogetherAsync(async () =>
        {
            reached.SetResult();
            await elsewhere.Task;
            told.SetResult(await Record.ExceptionAsync(() => WriteAsync(database)));
            return 1;
        }, Cancellation);
        await reached.Task;
        await database.DisposeAsync();
        elsewhere.SetResult();
        Assert.IsType<StoreUnavailableException>(await told.Task.WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task Work_that_throws_synchronously_fails_and_the_writer_continues()
    {
        await using var database = EmbeddedDatabase.Open(File);
        var broken = database.TogetherAsync<int>(() => throw new FormatException(), Cancellation);
        await Assert.ThrowsAsync<FormatException>(() => broken.WaitAsync(Patience, Cancellation));
        await WriteAsync(database).WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task An_order_completes_after_a_lock_that_began_during_its_charge()
    {
        var step = new HeldStep();
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName, services => services.AddSingleton(_ => step.Around()));
        var orderId = Sample.Id();
        using var placed = await EmbeddedApi.PlaceAsync(api.Client, orderId);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        await step.Reached.WaitAsync(Patience, Cancellation);
        var database = api.Services.GetRequiredService<EmbeddedDatabase>();
        using (Hold())
        {
            step.Release();
            while (database.Failure is null)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, orderId)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_process_stops_while_another_program_holds_the_lock()
    {
        var step = new HeldStep();
        var api = await EmbeddedApi.StartAsync(Folder.FullName, services => services.AddSingleton(_ => step.Around()));
        (await EmbeddedApi.PlaceAsync(api.Client, Sample.Id())).Dispose();
        await step.Reached.WaitAsync(Patience, Cancellation);
        using (Hold())
        {
            step.Release();
            await api.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        }
    }

    [Fact]
    public async Task An_orphaned_execution_in_the_file_is_resumed()
    {
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName);
        var orderId = Sample.Id();
        (await EmbeddedApi.PlaceAsync(api.Client, orderId)).Dispose();
        await EmbeddedApi.EndOfAsync(api.Client, orderId);
        Run($$"""INSERT INTO executions (name, input, parent, started, status) VALUES ('orphan', '{"orderId":"{{orderId}}"}', NULL, 0, 0)""");
        while (api.Services.GetRequiredService<EmbeddedDatabase>().Read(session => session.First("SELECT status FROM executions WHERE name = 'orphan'", row => row.GetInt32(0))) == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    private static Task<int> WriteAsync(EmbeddedDatabase database) =>
        database.WriteAsync(session => session.Execute("INSERT INTO stock (sku, available, updated) VALUES (?1, 1, 0)", Guid.NewGuid().ToString()), Cancellation);

    private SqliteConnection Hold()
    {
        var other = Connect();
        using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return other;
    }

    /// <summary>A payment gateway whose first charge waits until the test releases it.</summary>
    private sealed class HeldStep
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        public IPaymentGateway Around() => new Gateway(this);

        private sealed class Gateway(HeldStep step) : IPaymentGateway
        {
            public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
            {
                step._reached.TrySetResult();
                await step._released.Task;
                return new ChargeResult($"charge-{request.OrderId}");
            }

            public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) =>
                Task.FromResult(new RefundResult(null, null));
        }
    }
}
