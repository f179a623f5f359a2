using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

/// <summary>Tests the polling of idle shards against a server with scripted responses.</summary>
public sealed class QuietShardsTests : IAsyncLifetime
{
    private const string Nothing = """{"Records":[],"NextShardIterator":"next"}""";
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private (int Status, string Body) _otherwise = (200, Nothing);
    private WebApplication _server = null!;
    private QuietShards _quiet = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(Cancelled);
        _quiet = new QuietShards(new LocalCloudOptions { DynamoDbEndpoint = new Uri(_server.Urls.First()) }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _quiet.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_idle_shard_is_polled_with_one_iterator_until_it_has_records()
    {
        const string Records = """{"Records":[{"eventID":"1"}],"NextShardIterator":"next"}""";
        foreach (var answer in new[] { Nothing, Nothing, Records })
            _answers.Enqueue((200, answer));
        Assert.Equal(Records, Encoding.UTF8.GetString((await _quiet.WaitAsync("iterator", Long, Cancelled))!));
        Assert.Equal(3, _asked.Count(request => request == """{"ShardIterator":"iterator","Limit":1000}"""));
    }

    [Theory]
    [InlineData(200, """{"Records":[]}""")]
    [InlineData(400, """{"__type":"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException","message":"too old"}""")]
    [InlineData(500, "no JSON")]
    public async Task A_closed_or_failing_shard_is_returned_to_its_reader(int status, string answer)
    {
        _answers.Enqueue((status, answer));
        Assert.Null(await _quiet.WaitAsync("iterator", Long, Cancelled));
    }

    [Fact]
    public async Task A_shard_of_an_unreachable_server_is_returned_to_its_reader()
    {
        await _server.StopAsync(Cancelled);
        Assert.Null(await _quiet.WaitAsync("iterator", Long, Cancelled));
    }

    [Fact]
    public async Task A_wait_ends_after_its_timeout() => Assert.Null(await _quiet.WaitAsync("iterator", TimeSpan.FromMilliseconds(100), Cancelled));

    [Fact]
    public async Task Cancelling_one_wait_does_not_affect_others()
    {
        using var giveUp = new CancellationTokenSource();
        var (given, other) = (_quiet.WaitAsync("given up", Long, giveUp.Token), _quiet.WaitAsync("other", Long, Cancelled));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _otherwise = (500, "no JSON");
        Assert.Null(await other);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = new StreamReader(context.Request.Body);
        _asked.Enqueue(await request.ReadToEndAsync(Cancelled));
        var (status, body) = _answers.TryDequeue(out var answer) ? answer : _otherwise;
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body, Cancelled);
    }
}
