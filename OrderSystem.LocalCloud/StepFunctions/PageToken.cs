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
    private const string Prefix = "page:";

    public static string Of(int left) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Prefix + left.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The index that a page begins at.</summary>
    /// <exception cref="Http.AwsServiceException">The token is none of ours.</exception>
    public static int Read(string? token, int count)
    {
        if (token is null)
            return 0;
        try
        {
            var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token));
            if (text.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(text.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var left) && left >= 0)
                return Math.Max(0, count - left);
        }
        catch (FormatException)
        {
            // Answered below.
        }

        throw StepFunctionsErrors.InvalidToken();
    }
}
