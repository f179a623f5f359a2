using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>
/// The place where the next page begins, counted from the end of the list: lists grow at their front, so a page goes on
/// where the one before ended although something was added.
/// </summary>
internal static class PageToken
{
    private const string Prefix = "page:", PlacePrefix = "after:";

    public static string Of(int left) => Encode(Prefix, left);

    /// <summary>The token of a place in a list that is not read as a whole.</summary>
    public static string OfPlace(long place) => Encode(PlacePrefix, place);

    /// <summary>The index that a page begins at.</summary>
    /// <exception cref="Http.AwsServiceException">The token is none of ours.</exception>
    public static int Read(string? token, int count) => token is null ? 0 : (int)Math.Max(0, count - Decode(Prefix, token));

    /// <summary>The place that a page begins after.</summary>
    /// <exception cref="Http.AwsServiceException">The token is none of ours.</exception>
    public static long ReadPlace(string? token) => token is null ? long.MaxValue : Decode(PlacePrefix, token);

    private static string Encode(string prefix, long number) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(prefix + number.ToString(CultureInfo.InvariantCulture)));

    private static long Decode(string prefix, string token)
    {
        try
        {
            var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token));
            if (text.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(text.AsSpan(prefix.Length), CultureInfo.InvariantCulture, out var number) && number >= 0)
                return number;
        }
        catch (FormatException)
        {
            // Answered below.
        }

        throw StepFunctionsErrors.InvalidToken();
    }
}
