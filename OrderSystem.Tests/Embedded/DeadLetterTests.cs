using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Workflow;
using OrderSystem.CrashTests.Faults;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Orders that the embedded cloud has parked are listed, shown and redriven.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private const string Token = "tok_top-secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly string _orderId = Sample.Id();
    private volatile bool _isBroken = true;
    private EmbeddedApi _api = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddedDatabase Database => _api.Services.GetRequiredService<EmbeddedDatabase>();

    /// <summary>Starts the API with the deployed template and workflow, but without the retries of the event source mapping and the longest retries of the workflow.</summary>
    public async ValueTask InitializeAsync()
    {
        var template = new FileInfo(Repository.TemplatePath);
        foreach (var file in template.Directory!.GetFiles("*.json").Append(template))
        {
            var text = await File.ReadAllTextAsync(file.FullName, Cancellation);
            text = text.Replace("MaximumRetryAttempts: 10", "MaximumRetryAttempts: 0", StringComparison.Ordinal).Replace("\"MaxAttempts\": 12", "\"MaxAttempts\": 0", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, file.Name), text, Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_parked_order_completes_when_it_is_redriven_after_the_fix()
    {
        await StartWithBrokenStepAsync();
        var stock = await StockAsync();
        var letter = await ParkedAsync();
        Assert.Equal(("order-system-dead-letters", "InvalidOperationException"), ((string?)letter["queue"], (string?)letter["why"]));
        Assert.Equal($"order {_orderId}, execution {_orderId}", (string?)letter["what"]);
        Assert.Equal([_orderId], OrderIds(letter));

        var again = await RedriveAsync(letter, HttpStatusCode.Accepted);
        Assert.StartsWith($"{_orderId}-redrive-", (string?)again["execution"], StringComparison.Ordinal);
        var another = await LetterAsync();
        Assert.NotEqual((long)letter["number"]!, (long)another["number"]!);
        Assert.Equal($"order {_orderId}, execution {again["execution"]}", (string?)another["what"]);

        _isBroken = false;
        await RedriveAsync(another, HttpStatusCode.Accepted);
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(_api.Client, _orderId)).GetProperty("status").GetString());
        var payment = await AskAsync(HttpMethod.Get, $"/orders/{_orderId}/payments", HttpStatusCode.OK);
        Assert.Equal(("Charged", 1, 1), ((string?)payment["state"], (int)payment["attempts"]!, payment["entries"]!.AsArray().Count));
        Assert.Equal(stock - 1, await StockAsync());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_redrive_of_the_longest_order_id_gets_a_valid_execution_name()
    {
        await StartWithBrokenStepAsync();
        var orderId = new string('o', 64);
        var again = await RedriveAsync(await ParkedAsync(orderId), HttpStatusCode.Accepted);
        Assert.InRange(((string)again["execution"]!).Length, 65, 80);
    }

    [Fact]
    public async Task Parked_records_stay_until_a_redrive_succeeds()
    {
        await StartWithBrokenFunctionAsync();
        var letter = await ParkedAsync();
        Assert.Equal("RetryAttemptsExhausted", (string?)letter["why"]);
        Assert.Matches("^1 record of shardId-[0-9-]+: [0-9]+$", (string?)letter["what"]);
        Assert.Equal([_orderId], OrderIds(letter));

        var refusal = await RedriveAsync(letter, HttpStatusCode.Conflict);
        Assert.Contains("failed to process 1 of 1 record", (string?)refusal["detail"], StringComparison.Ordinal);
        Assert.Equal((long)letter["number"]!, (long)Assert.Single(await ListAsync())!["number"]!);

        _isBroken = false;
        var taken = await RedriveAsync(letter, HttpStatusCode.OK);
        Assert.Equal([_orderId], OrderIds(taken));
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(_api.Client, _orderId)).GetProperty("status").GetString());
        Assert.Empty(await ListAsync());
        await RedriveAsync(letter, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_dead_letter_message_is_shown_in_full_without_the_payment_token()
    {
        await StartWithBrokenFunctionAsync();
        var letter = await ParkedAsync();
        var message = (await AskAsync(HttpMethod.Get, $"/dead-letters/{letter["number"]}", HttpStatusCode.OK))["message"]!;
        Assert.Equal("RetryAttemptsExhausted", (string?)message["requestContext"]!["condition"]);
        var image = message["payload"]!["Records"]![0]!["dynamodb"]!["NewImage"]!;
        Assert.Equal(_orderId, (string?)image["orderId"]!["S"]);
        Assert.DoesNotContain(Token, Assert.Single(Bodies()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_redrives_start_one_execution()
    {
        await StartWithBrokenStepAsync();
        var letter = await ParkedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(HttpMethod.Post, $"/dead-letters/{letter["number"]}/redrive")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.NotFound));
        Assert.Equal(2, Executions());
    }

    [Theory]
    [InlineData("AFTER INSERT ON executions")]
    [InlineData("AFTER DELETE ON messages")]
    public async Task A_redrive_that_fails_to_commit_keeps_the_message_and_starts_nothing(string moment)
    {
        await StartWithBrokenStepAsync();
        var letter = await ParkedAsync();
        await Database.WriteAsync(session => session.Execute($"CREATE TRIGGER no_room {moment} BEGIN SELECT RAISE(ABORT, 'no room'); END"), Cancellation);
        await RedriveAsync(letter, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, Executions());
        Assert.Equal((long)letter["number"]!, (long)Assert.Single(await ListAsync())!["number"]!);

        await Database.WriteAsync(session => session.Execute("DROP TRIGGER no_room"), Cancellation);
        _isBroken = false;
        await RedriveAsync(letter, HttpStatusCode.Accepted);
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(_api.Client, _orderId)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("hello", "unknown", "hello", "names neither records nor an execution")]
    [InlineData("""{"note":"hello","payment":{"token":"tok_top-secret"}}""", "unknown", """{"note":"hello","payment":{"token":"***"}}""", "names neither records nor an execution")]
    [InlineData("""{"payload":"{\"token\":\"tok_top-secret\""}""", "unknown", """{"payload":"***"}""", "names neither records nor an execution")]
    [InlineData("""{"execution":"arn:aws:states:us-east-1:000000000000:execution:orders:gone","orderId":"gone","error":{"Error":"Broken"}}""",
        "Broken", "order gone, execution gone", "Execution gone no longer exists")]
    [InlineData("""
        {"requestContext":{"functionArn":"other","condition":"RecordAgeExceeded"},"payload":"{\"token\":\"tok_top-secret\"}","DDBStreamBatchInfo":{"streamArn":"arn:aws:dynamodb:r:0:table/t/stream/s","shardId":"s-1",
        "startSequenceNumber":"1","endSequenceNumber":"2","batchSize":2,"approximateArrivalOfFirstRecord":"2026-03-01T12:00:00Z","approximateArrivalOfLastRecord":"2026-03-01T12:00:00Z"}}
        """, "RecordAgeExceeded", "2 records of s-1: 1 to 2", "Function other is not served")]
    public async Task A_message_that_cannot_be_redriven_is_listed_and_its_redrive_refused(string body, string why, string what, string problem)
    {
        await StartAsync(_ => { });
        await SendToQueueAsync(body);
        var letter = Assert.Single(await ListAsync())!;
        Assert.Equal((why, what), ((string?)letter["why"], (string?)letter["what"]));
        Assert.NotNull((await AskAsync(HttpMethod.Get, $"/dead-letters/{letter["number"]}", HttpStatusCode.OK))["message"]);
        Assert.Contains(problem, (string?)(await RedriveAsync(letter, HttpStatusCode.Conflict))["detail"], StringComparison.Ordinal);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Pages_list_dead_letter_messages_oldest_first()
    {
        await StartAsync(_ => { });
        for (var i = 0; i < 5; i++)
            await SendToQueueAsync($"letter {i}");
        var seen = new List<string>();
        for (var path = "/dead-letters?limit=2"; path is not null;)
        {
            var page = await AskAsync(HttpMethod.Get, path, HttpStatusCode.OK);
            seen.Add(string.Join('|', page["deadLetters"]!.AsArray().Select(letter => (string?)letter!["what"])));
            path = (string?)page["nextCursor"] is { } next ? $"/dead-letters?limit=2&cursor={next}" : null;
        }

        Assert.Equal(["letter 0|letter 1", "letter 2|letter 3", "letter 4"], seen);
    }

    [Theory]
    [InlineData("GET", "/dead-letters/1", HttpStatusCode.NotFound, "Dead letter 1 does not exist")]
    [InlineData("GET", "/dead-letters/-1", HttpStatusCode.NotFound, "Dead letter -1 does not exist")]
    [InlineData("POST", "/dead-letters/first/redrive", HttpStatusCode.NotFound, "Dead letter first does not exist")]
    [InlineData("GET", "/dead-letters?limit=0", HttpStatusCode.BadRequest, "from 1 to 100")]
    [InlineData("GET", "/dead-letters?cursor=x", HttpStatusCode.BadRequest, "nextCursor of the previous page")]
    public async Task Invalid_requests_return_an_error_that_explains_the_problem(string method, string path, HttpStatusCode status, string told)
    {
        await StartAsync(_ => { });
        Assert.Contains(told, (await AskAsync(new HttpMethod(method), path, status)).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_response_is_documented()
    {
        await StartAsync(_ => { });
        var paths = (await AskAsync(HttpMethod.Get, "/openapi/v1.json", HttpStatusCode.OK))["paths"]!;
        foreach (var (path, method, statuses) in new[] { ("", "get", "200 400 401 403 503"), ("/{number}", "get", "200 401 403 404 503"),
            ("/{number}/redrive", "post", "200 202 401 403 404 409 503") })
            Assert.Equal(statuses.Split(' '), paths["/dead-letters" + path]![method]!["responses"]!.AsObject().Select(documented => documented.Key).Order());
    }

    private async Task StartAsync(Action<IServiceCollection> configure) => _api = await EmbeddedApi.StartAsync(
        Path.Combine(_folder.FullName, "data"), configure, ("OrderSystem:Template", Path.Combine(_folder.FullName, "template.yaml")));

    private Task StartWithBrokenStepAsync() => StartAsync(services => services.AddSingleton<IReadOnlyDictionary<string, WorkflowStep>>(
        new Dictionary<string, WorkflowStep>(WorkflowSteps.All)
        {
            [nameof(CompleteOrder)] = (provider, request, cancellationToken) =>
                _isBroken ? throw new InvalidOperationException("broken") : WorkflowSteps.All[nameof(CompleteOrder)](provider, request, cancellationToken),
        }));

    private Task StartWithBrokenFunctionAsync() => StartAsync(services => services.Decorate<IWorkflowStarter>((inner, _) => new BreakableStarter(this, inner)));

    /// <summary>Places an order and waits for its dead-letter message.</summary>
    private async Task<JsonNode> ParkedAsync(string? orderId = null)
    {
        using var placed = await EmbeddedApi.PlaceAsync(_api.Client, orderId ?? _orderId, token: Token);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        return await LetterAsync();
    }

    private async Task<JsonNode> LetterAsync()
    {
        while (true)
        {
            if (await ListAsync() is [{ } letter])
                return letter;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    private async Task<JsonArray> ListAsync() => (await AskAsync(HttpMethod.Get, "/dead-letters", HttpStatusCode.OK))["deadLetters"]!.AsArray();

    private Task<JsonNode> RedriveAsync(JsonNode letter, HttpStatusCode expected) => AskAsync(HttpMethod.Post, $"/dead-letters/{letter["number"]}/redrive", expected);

    private async Task<JsonNode> AskAsync(HttpMethod method, string path, HttpStatusCode expected)
    {
        var (status, answer) = await SendAsync(method, path);
        Assert.Equal(expected, status);
        return JsonNode.Parse(answer)!;
    }

    private async Task<(HttpStatusCode Status, string Answer)> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var response = await _api.Client.SendAsync(request, Cancellation);
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain(Token, answer, StringComparison.Ordinal);
        Assert.Equal((int)response.StatusCode < 400 ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, answer);
    }

    private Task<int> SendToQueueAsync(string body) =>
        Database.WriteAsync(session => session.Execute("INSERT INTO messages (queue, body, sent) VALUES ('q', ?1, ?2)", body, Sample.Noon.UtcTicks),
            Cancellation);

    private async Task<int> StockAsync() => (int)(await AskAsync(HttpMethod.Get, "/inventory/A1", HttpStatusCode.OK))["available"]!;

    private int Executions() => Database.Read(session => session.First("SELECT count(*) FROM executions", row => row.GetInt32(0)));

    private IReadOnlyList<string> Bodies() => Database.Read(session => session.Read("SELECT body FROM messages", row => row.GetString(0)));

    private static IEnumerable<string?> OrderIds(JsonNode node) => node["orderIds"]!.AsArray().Select(orderId => (string?)orderId);

    /// <summary>A workflow starter that throws an exception while <c>_isBroken</c> is set.</summary>
    private sealed class BreakableStarter(DeadLetterTests tests, IWorkflowStarter inner) : IWorkflowStarter
    {
        public Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken) =>
            tests._isBroken ? throw new InvalidOperationException("broken") : inner.StartAsync(name, input, cancellationToken);
    }
}
