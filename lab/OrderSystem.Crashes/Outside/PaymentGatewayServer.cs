using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.Crashes.Outside;

/// <summary>What a gateway has under a key.</summary>
/// <param name="Asked">How often a charge was asked for.</param>
/// <param name="Charged">What was taken; null where nothing was.</param>
/// <param name="IsRefunded">Whether it was given back, or may never be taken.</param>
internal sealed record GatewayEntry(int Asked, decimal? Charged, bool IsRefunded)
{
    /// <summary>How often a charge was asked for after the refund. It moves no money, but who asks was believed dead.</summary>
    public int AskedAfterRefund { get; init; }

    /// <summary>What was asked for first, and whatever else under the same key: a repeat must be equal.</summary>
    public IReadOnlyList<AskedCharge> Charges { get; init; } = [];
}

/// <summary>What a charge asks for.</summary>
internal sealed record AskedCharge(decimal Amount, string Token);

/// <summary>
/// A payment gateway in this process, so that its books tell what became of the money whoever was killed while asking. It
/// keeps what <see cref="Core.Payments.IPaymentGateway"/> promises; and where the token says so, it takes the money and gives no answer.
/// </summary>
internal sealed class PaymentGatewayServer : LoopbackServer
{
    private readonly ConcurrentDictionary<string, GatewayEntry> _books = new(StringComparer.Ordinal);

    private PaymentGatewayServer(WebApplication app)
        : base(app)
    {
    }

    /// <summary>The books, by key.</summary>
    public IReadOnlyDictionary<string, GatewayEntry> Books => _books;

    public static Task<PaymentGatewayServer> StartAsync(CancellationToken cancellationToken) =>
        StartAsync(app => new PaymentGatewayServer(app), cancellationToken);

    protected override async Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var key = query["key"].ToString();
        if (context.Request.Path == "/refund")
            await RefundAsync(context, key);
        else
            await ChargeAsync(context, key, query["token"].ToString(), decimal.Parse(query["amount"].ToString(), CultureInfo.InvariantCulture));
    }

    private async Task ChargeAsync(HttpContext context, string key, string token, decimal amount)
    {
        var entry = _books.AddOrUpdate(key, _ => Charged(new GatewayEntry(0, null, false), token, amount), (_, before) => Charged(before, token, amount));
        if (entry.Asked == 1 && token is PaymentTokens.TimeoutOnce or PaymentTokens.AnswerLostOnce)
        {
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
            return;
        }

        if (entry.Charged is null || entry.IsRefunded)
            context.Response.StatusCode = StatusCodes.Status402PaymentRequired;
        else
            await context.Response.WriteAsync($"ch_{key}", context.RequestAborted);
    }

    private async Task RefundAsync(HttpContext context, string key)
    {
        var entry = _books.AddOrUpdate(key, _ => new GatewayEntry(0, null, true), (_, before) => before with { IsRefunded = true });
        if (entry.Charged is not null)
            await context.Response.WriteAsync($"ch_{key} re_{key}", context.RequestAborted);
    }

    private static GatewayEntry Charged(GatewayEntry before, string token, decimal amount)
    {
        var charge = new AskedCharge(amount, token);
        var asked = before with
        {
            Asked = before.Asked + 1,
            AskedAfterRefund = before.AskedAfterRefund + (before.IsRefunded ? 1 : 0),
            Charges = before.Charges.Contains(charge) ? before.Charges : [.. before.Charges, charge],
        };
        var isRefused = token == PaymentTokens.Declined || before.IsRefunded || (token == PaymentTokens.TimeoutOnce && asked.Asked == 1);
        return isRefused ? asked : asked with { Charged = before.Charged ?? amount };
    }
}

/// <summary>What the gateway does with a token.</summary>
internal static class PaymentTokens
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";

    /// <summary>The first charge gets no answer, and no money was taken.</summary>
    public const string TimeoutOnce = "tok_timeout_once";

    /// <summary>The first charge gets no answer, and the money was taken.</summary>
    public const string AnswerLostOnce = "tok_answer_lost_once";
}
