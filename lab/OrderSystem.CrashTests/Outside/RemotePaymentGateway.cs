using System.Globalization;
using System.Net;
using OrderSystem.Core.Payments;

namespace OrderSystem.CrashTests.Outside;

/// <summary>A client of the <see cref="PaymentGatewayServer"/>, which the tested programs use as their payment gateway.</summary>
internal sealed class RemotePaymentGateway(Uri address) : IPaymentGateway
{
    /// <summary>The environment variable with the gateway's address.</summary>
    public const string Variable = "ORDERSYSTEM_PAYMENT_GATEWAY";

    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };

    public static RemotePaymentGateway? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address ? new RemotePaymentGateway(new Uri(address)) : null;

    public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
    {
        var (status, answer) = await AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"/charge?key={request.OrderId}&token={Uri.EscapeDataString(request.Token.Secret)}&amount={request.Amount}"), cancellationToken);
        return new ChargeResult(status == HttpStatusCode.OK ? answer : null);
    }

    public async Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken)
    {
        var (_, answer) = await AskAsync($"/refund?key={request.OrderId}", cancellationToken);
        return answer.Split(' ') is [var charge, var refund] ? new RefundResult(charge, refund) : new RefundResult(null, null);
    }

    private async Task<(HttpStatusCode Status, string Answer)> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content: null, cancellationToken);
            if (response.StatusCode is HttpStatusCode.GatewayTimeout)
                throw new PaymentGatewayTimeoutException("The payment gateway did not respond.");
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new PaymentGatewayTimeoutException($"The payment gateway is unreachable ({e.Message}).");
        }
    }
}
