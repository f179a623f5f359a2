using System.Globalization;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api;

/// <summary>The number of items on one page of a list.</summary>
internal static class PageSize
{
    public const int Default = 25;
    public const int Maximum = 100;

    /// <summary>
    /// Reads the query parameter <c>limit</c>; returns <see cref="Default"/> if it is null. Adds a fault if the limit is
    /// invalid.
    /// </summary>
    public static int Read(string? limit, List<Fault> faults)
    {
        var size = Default;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > Maximum))
            faults.Add(new Fault("limit", $"must be a whole number from 1 to {Maximum}"));
        return size;
    }
}
