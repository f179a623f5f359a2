using System.Collections.Frozen;

namespace OrderSystem.Core.Orders;

/// <summary>
/// The accepted ISO 4217 currencies, and the number of decimal places of each. Codes for precious metals, funds and tests
/// are not accepted.
/// </summary>
public static class Currency
{
    private static readonly FrozenDictionary<string, int> Decimals = Table(
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
        (2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK "
            + "DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
            + "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR "
            + "RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"),
        (3, "BHD IQD JOD KWD LYD OMR TND"));

    /// <summary>Gets the number of decimal places of a currency; returns false if the currency's code is unknown.</summary>
    public static bool TryGetDecimals(string code, out int decimals) => Decimals.TryGetValue(code, out decimals);

    /// <summary>
    /// Returns the amount with exactly the number of decimal places of its currency (10 and 10.000 EUR both become 10.00),
    /// so that every client and store writes the amount in the same way.
    /// </summary>
    /// <param name="amount">An amount with no more significant decimal places than its currency has.</param>
    /// <param name="code">The currency's code. If the code is unknown, the amount is returned unchanged.</param>
    public static decimal Scale(decimal amount, string code) =>
        TryGetDecimals(code, out var decimals)
            ? decimal.Round(amount, decimals) + new decimal(0, 0, 0, isNegative: false, (byte)decimals)
            : amount;

    private static FrozenDictionary<string, int> Table(params (int Decimals, string Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Split(' '), (row, code) => KeyValuePair.Create(code, row.Decimals))
            .ToFrozenDictionary(StringComparer.Ordinal);
}
