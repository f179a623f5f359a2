using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.CrashTests.Faults;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>
/// Some writes to the database file fail for a while, as on a full disk. Meanwhile orders wait, and no order is discarded.
/// </summary>
public sealed class RefusedWritesTests : DatabaseFolder
{
    [Fact]
    public async Task An_execution_whose_end_cannot_be_written_waits_and_then_completes()
    {
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName);
        Run("CREATE TRIGGER no_room BEFORE UPDATE ON executions BEGIN SELECT RAISE(ABORT, 'no room'); END");
        var orderId = Sample.Id();
        using var placed = await EmbeddedApi.PlaceAsync(api.Client, orderId);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        await UnhealthyAsync(api.Client, "engine");
        Run("DROP TRIGGER no_room");
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, orderId)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_execution_starts_only_after_its_first_history_is_written()
    {
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName, services => services.AddSingleton<TimeProvider>(new HurriedTimeProvider(0.01)));
        Run("CREATE TRIGGER no_room BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no room'); END");
        var orderId = Sample.Id();
        (await EmbeddedApi.PlaceAsync(api.Client, orderId)).Dispose();
        var database = api.Services.GetRequiredService<EmbeddedDatabase>();
        while (database.Failure is null)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        Assert.Equal(0, database.Read(session => session.First("SELECT count(*) FROM executions", row => row.GetInt32(0))));
        Assert.Equal(0, database.Read(session => session.First("SELECT count(*) FROM payments", row => row.GetInt32(0))));
        Run("DROP TRIGGER no_room");
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, orderId)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_record_is_retried_until_its_workflow_can_be_started()
    {
        // Refuse twice as many starts as the event source mapping has retries: an unreachable workflow service does not count as an
        // attempt. With the mapping's backoff, this would take minutes, so the clock is accelerated.
        var starter = new Refusing(refusals: 20);
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName, services =>
        {
            services.AddSingleton<TimeProvider>(new HurriedTimeProvider(0.01));
            services.Decorate<IWorkflowStarter>((inner, _) => starter.Around(inner));
        });
        var orderId = Sample.Id();
        (await EmbeddedApi.PlaceAsync(api.Client, orderId)).Dispose();
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, orderId)).GetProperty("status").GetString());
        Assert.Equal(0, api.Services.GetRequiredService<EmbeddedDatabase>().Read(session => session.First("SELECT count(*) FROM messages", row => row.GetInt32(0))));
    }

    [Fact]
    public async Task Orders_whose_workflow_has_not_started_count_towards_the_backlog()
    {
        var starter = new Refusing(refusals: int.MaxValue);
        await using var api = await EmbeddedApi.StartAsync(
            Folder.FullName, services => services.Decorate<IWorkflowStarter>((inner, _) => starter.Around(inner)), ("OrderSystem:MaximumBacklog", "1"));
        using var first = await EmbeddedApi.PlaceAsync(api.Client, Sample.Id());
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        using var second = await EmbeddedApi.PlaceAsync(api.Client, Sample.Id());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
    }

    private static async Task UnhealthyAsync(HttpClient api, string check)
    {
        while (true)
        {
            using var answer = await api.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
            var checks = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("checks");
            if (checks.GetProperty(check).GetProperty("status").GetString() == "Unhealthy")
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>A workflow service that is unreachable for a number of calls.</summary>
    private sealed class Refusing(int refusals)
    {
        private int _refused;

        public IWorkflowStarter Around(IWorkflowStarter inner) => new Starter(this, inner);

        private sealed class Starter(Refusing refusing, IWorkflowStarter inner) : IWorkflowStarter
        {
            public Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken) =>
                refusing._refused++ < refusing.Refusals ? throw new StoreUnavailableException("can't be reached", new TimeoutException()) : inner.StartAsync(name, input, cancellationToken);
        }

        private int Refusals => refusals;
    }
}
