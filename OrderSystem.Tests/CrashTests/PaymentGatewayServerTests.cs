using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.Tests.CrashTests;

/// <summary>The payment gateway of the crash tests records every request.</summary>
public sealed class PaymentGatewayServerTests : IAsyncLifetime
{
    private PaymentGatewayServer? _server;
    private RemotePaymentGateway? _gateway;

    public async ValueTask InitializeAsync()
    {
        _server = await PaymentGatewayServer.StartAsync(TestContext.Current.CancellationToken);
        _gateway = new RemotePaymentGateway(_server.Address);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task A_repeated_charge_returns_the_same_id_and_a_different_charge_is_recorded()
    {
        Assert.Equal("ch_o-1", await ChargeAsync(5m, PaymentTokens.Ok));
        Assert.Equal("ch_o-1", await ChargeAsync(5m, PaymentTokens.Ok));
        Assert.Equal([new(5m, PaymentTokens.Ok)], _server!.Books["o-1"].Charges);
        await ChargeAsync(6m, PaymentTokens.Ok);
        await ChargeAsync(5m, PaymentTokens.AnswerLostOnce);
        Assert.Equal([new(5m, PaymentTokens.Ok), new(6m, PaymentTokens.Ok), new(5m, PaymentTokens.AnswerLostOnce)], _server.Books["o-1"].Charges);
        Assert.Equal((4, 5m), (_server.Books["o-1"].Asked, _server.Books["o-1"].Charged));
    }

    [Fact]
    public async Task A_refunded_key_is_not_charged_again_and_the_attempt_is_recorded()
    {
        await ChargeAsync(5m, PaymentTokens.Ok);
        var refund = await _gateway!.RefundAsync(new RefundRequest("o-1", null), TestContext.Current.CancellationToken);
        Assert.Equal(new RefundResult("ch_o-1", "re_o-1"), refund);
        Assert.Null(await ChargeAsync(5m, PaymentTokens.Ok));
        Assert.Equal((5m, true, 1), (_server!.Books["o-1"].Charged, _server.Books["o-1"].IsRefunded, _server.Books["o-1"].AskedAfterRefund));
    }

    private async Task<string?> ChargeAsync(decimal amount, string token) =>
        (await _gateway!.ChargeAsync(new ChargeRequest("o-1", new PaymentToken(token), amount, "EUR", 1), TestContext.Current.CancellationToken)).Reference;
}
