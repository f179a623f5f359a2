using System.Globalization;

namespace OrderSystem.Core.Payments;

/// <summary>The time limit for a call to the payment gateway.</summary>
/// <param name="Duration">The maximum duration of each call.</param>
public sealed record PaymentGatewayLimit(TimeSpan Duration)
{
    /// <summary>The configuration key of the limit, in seconds.</summary>
    public const string Key = "OrderSystem:PaymentGatewayTimeout";

    /// <summary>
    /// The limit as a share of the function's timeout. In the rest of the timeout, the function records and reports the
    /// result.
    /// </summary>
    private const double Share = 0.8;

    /// <summary>The limit for a function with the default timeout of 10 s.</summary>
    public static PaymentGatewayLimit Default { get; } = From(configured: null, TimeSpan.FromSeconds(10));

    /// <summary>Reads the limit.</summary>
    /// <param name="configured">
    /// The value of <see cref="Key"/>; if null or empty, the limit is four fifths of the function's timeout.
    /// </param>
    /// <param name="functionTimeout">The timeout of the function that calls the gateway.</param>
    /// <exception cref="InvalidOperationException">
    /// The value is not a positive number of seconds, or is not less than the function's timeout.
    /// </exception>
    public static PaymentGatewayLimit From(string? configured, TimeSpan functionTimeout)
    {
        if (string.IsNullOrEmpty(configured))
            return new PaymentGatewayLimit(functionTimeout * Share);
        return double.TryParse(configured, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds < functionTimeout.TotalSeconds
            ? new PaymentGatewayLimit(TimeSpan.FromSeconds(seconds))
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{Key} is '{configured}', but must be a number of seconds above 0 and below the function's timeout of {functionTimeout.TotalSeconds} s."));
    }
}
