using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.Lambda;

/// <summary>Tests how long an invocation waits for a process that serves its function.</summary>
public sealed class UnservedFunctionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RegisteredFunction _function;

    public UnservedFunctionTests()
    {
        var configuration = new FunctionConfiguration { Name = "greet", Handler = "greet", Timeout = TimeSpan.FromSeconds(3) };
        _function = new RegisteredFunction(configuration, "arn:aws:lambda:us-east-1:000000000000:function:greet", new Uri("http://127.0.0.1:4566"), _time, NullLogger.Instance);
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_process_an_invocation_fails_after_the_initialization_limit_and_the_timeout()
    {
        var invoked = InvokeAsync();
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.False(invoked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<AwsServiceException>(() => invoked);
        Assert.Equal(("ServiceException", 500), (error.Code, error.StatusCode));
        Assert.Equal("No process serves function greet. Start one with AWS_LAMBDA_RUNTIME_API=127.0.0.1:4566/greet.", error.Message);
    }

    [Fact]
    public async Task A_process_that_starts_later_than_the_timeout_takes_the_invocation()
    {
        var invoked = InvokeAsync();
        _time.Advance(TimeSpan.FromSeconds(12));
        var taken = await _function.NextAsync(CancellationToken);
        Assert.True(_function.TryComplete(taken.RequestId, "7"u8.ToArray(), functionError: null));
        Assert.Equal("7"u8.ToArray(), (await invoked).Payload.ToArray());
    }

    [Fact]
    public async Task The_timeout_begins_when_a_process_takes_the_invocation()
    {
        var invoked = InvokeAsync();
        _time.Advance(TimeSpan.FromSeconds(12));
        await _function.NextAsync(CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(invoked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Contains("Task timed out after 3.00 seconds", System.Text.Encoding.UTF8.GetString((await invoked).Payload.Span), StringComparison.Ordinal);
    }

    private Task<InvocationResult> InvokeAsync() =>
        _function.InvokeAsync(new PendingInvocation(new InvocationRequest("greet", "{}"u8.ToArray()), "Root=1-5759e988-bd862e3fe1be46a994272793"), CancellationToken);
}
