using System.Text;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// Creates and reads receipt handles. A handle contains the message's id and a random part, but is opaque to clients.
/// </summary>
internal static class ReceiptHandles
{
    public static string Create(string messageId) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{messageId}/{Guid.NewGuid():N}"));

    /// <exception cref="AwsServiceException">The handle is invalid.</exception>
    public static string MessageId(string receiptHandle)
    {
        var buffer = new byte[receiptHandle.Length];
        if (Convert.TryFromBase64String(receiptHandle, buffer, out var length)
            && Encoding.ASCII.GetString(buffer, 0, length).Split('/') is [var id, _])
            return id;
        throw new AwsServiceException("ReceiptHandleIsInvalid", $"The input receipt handle \"{receiptHandle}\" is not a valid receipt handle.");
    }
}
