using Microsoft.Extensions.Time.Testing;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Tests.Core.Payments;

public sealed class PaymentGatewayTests
{
    private static readonly ChargeRequest Request = new("o-1", new PaymentToken("tok_ok"), 1, "EUR", 1);

    private readonly FakeTimeProvider _time = new(Sample.Noon);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_reaches_the_limit_ends_as_a_timeout_of_the_gateway()
    {
        var adapter = new Adapter(_ => new TaskCompletionSource<ChargeResult>().Task);
        var charge = Gateway(adapter).ChargeAsync(Request, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(8) - TimeSpan.FromTicks(1));
        Assert.False(charge.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.StartsWith("The payment gateway did not respond within 8 s", (await Assert.ThrowsAsync<PaymentGatewayTimeoutException>(() => charge)).Message, StringComparison.Ordinal);
        Assert.True(adapter.Token.IsCancellationRequested);
    }

    /// <summary>The adapter throws the same exception as an HttpClient whose own timeout has elapsed.</summary>
    [Fact]
    public async Task A_timeout_of_the_adapter_itself_is_a_timeout_of_the_gateway()
    {
        var adapter = new Adapter(_ => Task.FromException<ChargeResult>(new TaskCanceledException("after 5 s", new TimeoutException())));
        Assert.Contains("(after 5 s)", (await Assert.ThrowsAsync<PaymentGatewayTimeoutException>(() => Gateway(adapter).ChargeAsync(Request, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_step_stays_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var adapter = new Adapter(token => new TaskCompletionSource<ChargeResult>().Task.WaitAsync(token));
        var charge = Gateway(adapter).ChargeAsync(Request, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => charge);
    }

    [Theory]
    [InlineData(null, 10, 8)]
    [InlineData("", 5, 4)]
    [InlineData("2.5", 10, 2.5)]
    public void The_limit_is_below_the_timeout_of_the_function(string? configured, double functionTimeout, double limit) =>
        Assert.Equal(TimeSpan.FromSeconds(limit), PaymentGatewayLimit.From(configured, TimeSpan.FromSeconds(functionTimeout)).Duration);

    [Theory]
    [InlineData("10")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("5 s")]
    public void A_limit_that_cannot_work_is_refused(string configured)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => PaymentGatewayLimit.From(configured, TimeSpan.FromSeconds(10)));
        Assert.Equal($"OrderSystem:PaymentGatewayTimeout is '{configured}', but must be a number of seconds above 0 and below the function's timeout of 10 s.", refused.Message);
    }

    [Theory]
    [InlineData("ProcessPayment")]
    [InlineData("RefundPayment")]
    public void A_function_that_calls_the_gateway_knows_its_own_timeout(string function)
    {
        var properties = Deployment.DeployedTemplate.Read()["Resources"]![$"{function}Function"]!["Properties"]!;
        Assert.Equal(properties["Timeout"]!.ToJsonString(), properties["Environment"]!["Variables"]!["OrderSystem__FunctionTimeout"]!.ToJsonString());
    }

    private PaymentGateway Gateway(IPaymentGateway adapter) => new(adapter, new NoUnitOfWork(), PaymentGatewayLimit.Default, _time);

    private sealed class Adapter(Func<CancellationToken, Task<ChargeResult>> charge) : IPaymentGateway
    {
        public CancellationToken Token { get; private set; }

        public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return charge(cancellationToken);
        }

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
