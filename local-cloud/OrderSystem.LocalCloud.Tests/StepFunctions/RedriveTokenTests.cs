using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>
/// Tests <c>RedriveExecution</c> with a client token. If the response is lost, an SDK repeats the request with the same token.
/// </summary>
public sealed class RedriveTokenTests : IAsyncLifetime
{
    private const string Definition = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    private StepFunctionsServer _server = null!;
    private string _execution = "";

    public async ValueTask InitializeAsync()
    {
        _server = await StepFunctionsServer.StartAsync();
        _execution = await _server.StartExecutionAsync(await _server.CreateAsync(Definition), "{}");
        await StopAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_repeated_token_returns_the_first_redrive()
    {
        var first = await RedriveAsync("a");
        Assert.NotNull(first["redriveDate"]);
        Assert.Equal(first.ToJsonString(), (await RedriveAsync("a")).ToJsonString());
        await StopAsync();
        Assert.Equal(first.ToJsonString(), (await RedriveAsync("a")).ToJsonString());
        var described = await _server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = _execution });
        Assert.Equal(("ABORTED", 1), ((string?)described["status"], (int)described["redriveCount"]!));
    }

    [Theory]
    [InlineData("b")]
    [InlineData(null)]
    public async Task A_different_or_missing_token_starts_another_redrive(string? token)
    {
        await RedriveAsync("a");
        Assert.Equal("ExecutionNotRedrivable", (string?)(await RedriveAsync(token))["__type"]);
        await StopAsync();
        await RedriveAsync(token);
        Assert.Equal(2, (int)(await _server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = _execution }))["redriveCount"]!);
    }

    [Fact]
    public async Task Only_the_last_ten_tokens_are_known()
    {
        for (var i = 0; i <= 10; i++)
        {
            Assert.NotNull((await RedriveAsync($"token-{i}"))["redriveDate"]);
            await StopAsync();
        }

        await RedriveAsync("token-1");
        Assert.Equal(11, await CountAsync());
        await RedriveAsync("token-0");
        Assert.Equal(12, await CountAsync());
    }

    private async Task<int> CountAsync() => (int)(await _server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = _execution }))["redriveCount"]!;

    private Task<JsonObject> StopAsync() => _server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = _execution });

    private Task<JsonObject> RedriveAsync(string? token)
    {
        var request = new JsonObject { ["executionArn"] = _execution };
        if (token is not null)
            request["clientToken"] = token;
        return _server.CallAsync("RedriveExecution", request);
    }
}
