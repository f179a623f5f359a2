using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Lambda;

namespace OrderSystem.Tests.Lambda;

public sealed partial class FunctionLoopTests : IAsyncDisposable
{
    private readonly ScriptedRuntimeApi _runtime = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private IHost? _host;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }
    }

    [Fact]
    public async Task Responds_to_an_event_with_the_handlers_result()
    {
        await StartAsync(handler: "Double", (number, _, _) => Task.FromResult(new Number(number.Value * 2)));
        var answer = await _runtime.Invoke("1", """{"value":21}""").WaitAsync(Cancelled);
        Assert.Equal("/2018-06-01/runtime/invocation/1/response", answer.Path);
        Assert.Equal("""{"value":42}""", answer.Body);
    }

    [Fact]
    public async Task Reports_an_exception_under_its_type_name()
    {
        await StartAsync(handler: "Double", (_, _, _) => throw new TimeoutException("The gateway is slow"));
        var answer = await _runtime.Invoke("1", """{"value":21}""").WaitAsync(Cancelled);
        Assert.Equal("/2018-06-01/runtime/invocation/1/error", answer.Path);
        Assert.Equal("TimeoutException", answer.ErrorType);
        using var error = JsonDocument.Parse(answer.Body);
        Assert.Equal("TimeoutException", error.RootElement.GetProperty("errorType").GetString());
        Assert.Equal("The gateway is slow", error.RootElement.GetProperty("errorMessage").GetString());
        Assert.NotEmpty(error.RootElement.GetProperty("stackTrace").EnumerateArray());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"value":"a text"}""")]
    public async Task Reports_an_event_that_it_cannot_read(string payload)
    {
        await StartAsync(handler: "Double", (number, _, _) => Task.FromResult(number));
        Assert.Equal("JsonException", (await _runtime.Invoke("1", payload).WaitAsync(Cancelled)).ErrorType);
    }

    [Fact]
    public async Task Continues_after_a_failure()
    {
        await StartAsync(handler: "Double", (number, _, _) => number.Value == 0 ? throw new InvalidOperationException("zero") : Task.FromResult(number));
        Assert.NotNull((await _runtime.Invoke("1", """{"value":0}""").WaitAsync(Cancelled)).ErrorType);
        Assert.Null((await _runtime.Invoke("2", """{"value":1}""").WaitAsync(Cancelled)).ErrorType);
    }

    [Fact]
    public async Task Cancels_the_handler_before_the_deadline()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(handler: "Double", async (number, _, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            return number;
        });
        var answer = _runtime.Invoke("1", """{"value":1}""", deadline: _time.GetUtcNow().AddSeconds(3));
        await entered.Task.WaitAsync(Cancelled);
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("TaskCanceledException", (await answer.WaitAsync(Cancelled)).ErrorType);
    }

    [Theory]
    [InlineData(3000, 2500)]
    [InlineData(1000, 750)]
    public async Task Cancels_early_enough_for_the_handler_to_return_a_result(int milliseconds, int cancelledAfter)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(handler: "Double", async (number, _, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return number;
        });
        var answer = _runtime.Invoke("1", """{"value":1}""", deadline: _time.GetUtcNow().AddMilliseconds(milliseconds));
        await entered.Task.WaitAsync(Cancelled);
        _time.Advance(TimeSpan.FromMilliseconds(cancelledAfter - 1));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await answer.WaitAsync(Cancelled)).ErrorType);
    }

    [Fact]
    public async Task Continues_the_trace_of_the_header()
    {
        ConcurrentBag<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "OrderSystem.Lambda",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await StartAsync(handler: "Traced", (number, _, _) => Task.FromResult(number));
        await _runtime.Invoke("1", """{"value":1}""", trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1").WaitAsync(Cancelled);
        var span = Assert.Single(spans, span => span.DisplayName == "Traced");
        Assert.Equal(ActivityKind.Server, span.Kind);
        Assert.Equal("5759e988bd862e3fe1be46a994272793", span.TraceId.ToHexString());
        Assert.Equal("53995c3f42cd8ad8", span.ParentSpanId.ToHexString());
        Assert.Equal("other", span.GetTagItem("faas.trigger"));
        Assert.Equal("1", span.GetTagItem("faas.invocation_id"));
    }

    [Fact]
    public async Task Retries_until_the_Runtime_API_is_up()
    {
        _runtime.RefuseNext(3);
        await StartAsync(handler: "Double", (number, _, _) => Task.FromResult(number));
        var answer = _runtime.Invoke("1", """{"value":1}""");
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Null((await answer).ErrorType);
    }

    [Fact]
    public async Task Finishes_the_current_event_before_it_stops()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(handler: "Double", async (number, _, _) =>
        {
            entered.SetResult();
            await finish.Task;
            return number;
        });
        var answer = _runtime.Invoke("1", """{"value":1}""");
        await entered.Task.WaitAsync(Cancelled);
        var stopped = _host!.StopAsync(Cancelled);
        Assert.False(stopped.IsCompleted);
        finish.SetResult();
        await stopped;
        Assert.Null((await answer.WaitAsync(Cancelled)).ErrorType);
    }

    [Fact]
    public async Task Flushes_before_every_response()
    {
        List<string> order = [];
        await StartAsync(
            handler: "Double",
            (number, _, _) =>
            {
                order.Add("handled");
                return Task.FromResult(number);
            },
            options => options.BeforeFreeze = _ =>
            {
                order.Add("flushed");
                return Task.CompletedTask;
            });
        await _runtime.Invoke("1", """{"value":1}""").WaitAsync(Cancelled);
        Assert.Equal(["handled", "flushed"], order);
    }

    [Fact]
    public async Task Responds_even_if_the_flush_fails()
    {
        await StartAsync(handler: "Double", (number, _, _) => Task.FromResult(number), options => options.BeforeFreeze = _ => throw new InvalidOperationException("no collector"));
        Assert.Null((await _runtime.Invoke("1", """{"value":1}""").WaitAsync(Cancelled)).ErrorType);
        Assert.Null((await _runtime.Invoke("2", """{"value":1}""").WaitAsync(Cancelled)).ErrorType);
    }

    [Fact]
    public async Task Locally_one_process_serves_every_function_under_its_own_path()
    {
        await StartAsync(handler: null, (number, _, _) => Task.FromResult(number), options => options.LocalConcurrency = 1);
        await _runtime.Invoke("1", """{"value":1}""").WaitAsync(Cancelled);
        Assert.All(_runtime.Asked, path => Assert.StartsWith("/Double/2018-06-01/runtime/invocation/next", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_an_unknown_handler()
    {
        var start = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(handler: "Unknown", (number, _, _) => Task.FromResult(number), registered: "Double"));
        Assert.Contains("Set it to one of Double", start.Message, StringComparison.Ordinal);
        Assert.Equal("InvalidOperationException", (await _runtime.InitError().WaitAsync(Cancelled)).ErrorType);
    }

    private Task StartAsync(
        string? handler,
        Func<Number, InvocationContext, CancellationToken, Task<Number>> invoke,
        Action<LambdaOptions>? configure = null,
        string? registered = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = "runtime.test", ["_HANDLER"] = handler });
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddLambda(builder.Configuration)
            .AddFunction(registered ?? handler ?? "Double", "other", TestJson.Default.Number, TestJson.Default.Number, invoke)
            .Configure<LambdaOptions>(options =>
            {
                options.Client = _runtime.Client();
                configure?.Invoke(options);
            });
        _host = builder.Build();
        return _host.StartAsync(Cancelled);
    }

    public sealed record Number(int Value);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Number))]
    private sealed partial class TestJson : JsonSerializerContext;
}
