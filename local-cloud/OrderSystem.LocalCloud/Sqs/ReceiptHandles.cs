using System.Text;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>Receipt handles: opaque to the client, to us the message's id and something new each time.</summary>
internal static class ReceiptHandles
{
    public static string Create(string messageId) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{messageId}/{Guid.NewGuid():N}"));

    /// <exception cref="AwsServiceException">No handle of ours.</exception>
    public static string MessageId(string receiptHandle)
    {
        var buffer = new byte[receiptHandle.Length];
        if (Convert.TryFromBase64String(receiptHandle, buffer, out var length)
            && Encoding.ASCII.GetString(buffer, 0, length).Split('/') is [var id, _])
            return id;
        throw new AwsServiceException("ReceiptHandleIsInvalid", $"The input receipt handle \"{receiptHandle}\" is not a valid receipt handle.");
    }
}
