using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>
/// Creates and reads pagination tokens. A token contains the position at which its page starts, counted from the end of the list.
/// New items are added at the front of the list, so the page starts where the previous page ended even if items were added in
/// between.
/// </summary>
internal static class PageToken
{
    private const string Prefix = "page:", PlacePrefix = "after:";

    public static string Of(int left) => Encode(Prefix, left);

    /// <summary>
    /// Creates a token for the list of executions, from the position of the last execution on the current page.
    /// </summary>
    public static string OfPlace(long place) => Encode(PlacePrefix, place);

    /// <summary>Returns the index of the first list item on the page.</summary>
    /// <exception cref="Http.AwsServiceException">The token is invalid.</exception>
    public static int Read(string? token, int count) => token is null ? 0 : (int)Math.Max(0, count - Decode(Prefix, token));

    /// <summary>Returns the position of the execution that precedes the page in the list of executions.</summary>
    /// <exception cref="Http.AwsServiceException">The token is invalid.</exception>
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
            // The exception for the invalid token is thrown below.
        }

        throw StepFunctionsErrors.InvalidToken();
    }
}
