using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.CrashTests.Outside;

/// <summary>The payment gateway's entry for one idempotency key, which is an order's id.</summary>
/// <param name="Asked">The number of times that a charge was requested.</param>
/// <param name="Charged">The amount that was charged; null if nothing was charged.</param>
/// <param name="IsRefunded">Whether a refund was requested. After a refund, charges are declined.</param>
internal sealed record GatewayEntry(int Asked, decimal? Charged, bool IsRefunded)
{
    /// <summary>
    /// The number of times that a charge was requested after the refund, for example by a step that had timed out but
    /// was still running. These requests do not charge anything.
    /// </summary>
    public int AskedAfterRefund { get; init; }

    /// <summary>The distinct charges that were requested with this key. More than one distinct charge is a violation.</summary>
    public IReadOnlyList<AskedCharge> Charges { get; init; } = [];
}

/// <summary>The parameters of a requested charge.</summary>
internal sealed record AskedCharge(decimal Amount, string Token);

/// <summary>
/// A payment gateway that runs in the test process, so that the gateway's entries survive when a tested process is
/// killed. The server fulfils the contract of <see cref="Core.Payments.IPaymentGateway"/>. With some payment tokens,
/// the gateway does not respond to the first charge.
/// </summary>
internal sealed class PaymentGatewayServer : LoopbackServer
{
    private readonly ConcurrentDictionary<string, GatewayEntry> _books = new(StringComparer.Ordinal);

    private PaymentGatewayServer(WebApplication app)
        : base(app)
    {
    }

    /// <summary>The gateway's entries, by idempotency key.</summary>
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

/// <summary>The payment tokens. The token of a charge determines how the gateway responds.</summary>
internal static class PaymentTokens
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";

    /// <summary>The first charge times out, and nothing is charged; later charges succeed.</summary>
    public const string TimeoutOnce = "tok_timeout_once";

    /// <summary>The first charge times out although the amount is charged.</summary>
    public const string AnswerLostOnce = "tok_answer_lost_once";
}
