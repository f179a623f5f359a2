using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.CrashTests.Outside;

/// <summary>The gateway's entry for an idempotency key.</summary>
/// <param name="Asked">The number of charges requested.</param>
/// <param name="Charged">The amount charged; null if nothing was.</param>
/// <param name="IsRefunded">Whether the charge was refunded, or cancelled before it was made.</param>
internal sealed record GatewayEntry(int Asked, decimal? Charged, bool IsRefunded)
{
    /// <summary>
    /// The number of charges requested after the refund, by a step presumed dead. They move no money.
    /// </summary>
    public int AskedAfterRefund { get; init; }

    /// <summary>The distinct charges requested under this key. Repeats must be equal to the first.</summary>
    public IReadOnlyList<AskedCharge> Charges { get; init; } = [];
}

/// <summary>The parameters of a requested charge.</summary>
internal sealed record AskedCharge(decimal Amount, string Token);

/// <summary>
/// A payment gateway in this process, so that its entries survive a kill of any caller. It fulfils the contract of
/// <see cref="Core.Payments.IPaymentGateway"/>; with some tokens it charges but does not respond.
/// </summary>
internal sealed class PaymentGatewayServer : LoopbackServer
{
    private readonly ConcurrentDictionary<string, GatewayEntry> _books = new(StringComparer.Ordinal);

    private PaymentGatewayServer(WebApplication app)
        : base(app)
    {
    }

    /// <summary>The entries by idempotency key.</summary>
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

/// <summary>The payment tokens that decide how the gateway behaves.</summary>
internal static class PaymentTokens
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";

    /// <summary>The first charge gets no response, and no money is taken.</summary>
    public const string TimeoutOnce = "tok_timeout_once";

    /// <summary>The first charge gets no response, but the money is taken.</summary>
    public const string AnswerLostOnce = "tok_answer_lost_once";
}
