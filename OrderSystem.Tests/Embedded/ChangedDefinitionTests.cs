using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.CrashTests.Faults;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>
/// The state machine's definition changes while executions run: each execution keeps the revision that it began with.
/// </summary>
public sealed class ChangedDefinitionTests : DatabaseFolder
{
    private readonly string _orderId = Sample.Id();

    [Fact]
    public async Task A_running_execution_keeps_the_definition_that_it_started_with()
    {
        await StopWhileItWaitsAsync();
        await using var api = await StartChangedAsync();
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, _orderId)).GetProperty("status").GetString());
        await NoneRunsAsync(api);
        Assert.Empty(await DeadLettersAsync(api));
    }

    [Fact]
    public async Task A_definition_is_kept_while_an_execution_uses_it()
    {
        await StopWhileItWaitsAsync();
        await using (var paused = await EmbeddedApi.StartAsync(Folder.FullName))
            Assert.Equal(2, Count(paused, "definitions"));
        await using var api = await StartChangedAsync();
        await NoneRunsAsync(api);
        Assert.Equal(1, Count(api, "definitions"));
    }

    [Fact]
    public async Task An_execution_without_a_stored_definition_uses_the_current_one()
    {
        await StopWhileItWaitsAsync();
        ForgetRevisions();
        await using var api = await StartChangedAsync(Template().FullName);
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, _orderId)).GetProperty("status").GetString());
        Assert.Equal(1, Count(api, "definitions"));
    }

    [Fact]
    public async Task An_execution_that_matches_no_definition_is_parked_and_can_be_redriven()
    {
        await StopWhileItWaitsAsync();
        ForgetRevisions();
        await using var api = await StartChangedAsync();
        await NoneRunsAsync(api);
        var letter = Assert.Single(await DeadLettersAsync(api))!;
        Assert.Equal(("order-system-dead-letters", "States.Runtime"), ((string?)letter["queue"], (string?)letter["why"]));
        Assert.Equal($"order {_orderId}, execution {_orderId}", (string?)letter["what"]);
        using var redriven = await api.Client.PostAsync(new Uri($"/dead-letters/{letter["number"]}/redrive", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, redriven.StatusCode);
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api.Client, _orderId)).GetProperty("status").GetString());
        Assert.Empty(await DeadLettersAsync(api));
    }

    [Fact]
    public async Task An_execution_whose_definition_is_missing_is_parked()
    {
        await StopWhileItWaitsAsync();
        Run("DELETE FROM definitions");
        Run("UPDATE executions SET definition = 99");
        await using var api = await StartChangedAsync();
        await NoneRunsAsync(api);
        Assert.Equal("States.Runtime", (string?)Assert.Single(await DeadLettersAsync(api))!["why"]);
    }

    /// <summary>
    /// Starts a process with an execution that pauses for minutes after the payment, and stops the process during the
    /// pause.
    /// </summary>
    private async Task StopWhileItWaitsAsync()
    {
        await using var api = await EmbeddedApi.StartAsync(Folder.FullName, settings: ("OrderSystem:Template", Template().FullName));
        using var placed = await EmbeddedApi.PlaceAsync(api.Client, _orderId);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        while ((await api.Client.GetFromJsonAsync<JsonElement>(new Uri($"/orders/{_orderId}", UriKind.Relative), Cancellation)).GetProperty("status").GetString() != "Paid")
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    /// <summary>Starts the next process, with an accelerated clock: a pause of minutes ends at once.</summary>
    private Task<EmbeddedApi> StartChangedAsync(string? template = null) => EmbeddedApi.StartAsync(
        Folder.FullName,
        services => services.AddSingleton<TimeProvider>(new HurriedTimeProvider(0.001)),
        template is null ? [] : [("OrderSystem:Template", template)]);

    /// <summary>Changes the database file to the format of an older version of this program, which stored no revisions.</summary>
    private void ForgetRevisions()
    {
        Run("UPDATE executions SET definition = NULL");
        Run("DELETE FROM definitions");
    }

    private FileInfo Template()
    {
        var shipped = new FileInfo(Repository.TemplatePath);
        foreach (var file in shipped.Directory!.GetFiles("*.json").Append(shipped))
            file.CopyTo(Path.Combine(Folder.FullName, file.Name), overwrite: true);
        var path = Path.Combine(Folder.FullName, "order-workflow.asl.json");
        var definition = JsonNode.Parse(System.IO.File.ReadAllText(path))!;
        var states = definition["States"]!;
        states["ProcessPayment"]!["Next"] = "Pause";
        states["Pause"] = new JsonObject { ["Type"] = "Wait", ["Seconds"] = 300, ["Next"] = "IsPaid" };
        System.IO.File.WriteAllText(path, definition.ToJsonString());
        return new FileInfo(Path.Combine(Folder.FullName, shipped.Name));
    }

    private static int Count(EmbeddedApi api, string table) =>
        api.Services.GetRequiredService<EmbeddedDatabase>().Read(session => session.First($"SELECT count(*) FROM {table}", row => row.GetInt32(0)));

    private static async Task NoneRunsAsync(EmbeddedApi api)
    {
        while (Count(api, "executions WHERE status = 0") > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    private static async Task<JsonArray> DeadLettersAsync(EmbeddedApi api) =>
        (await api.Client.GetFromJsonAsync<JsonObject>(new Uri("/dead-letters", UriKind.Relative), Cancellation))!["deadLetters"]!.AsArray();
}
