using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>Maps errors of an unreachable or overloaded service to <see cref="StoreUnavailableException"/>.</summary>
internal static class StoreCall
{
    private const HttpStatusCode NoAnswer = default;

    /// <exception cref="StoreUnavailableException">
    /// The service can't be reached or is overloaded, after the SDK's own retries.
    /// </exception>
    public static async Task<T> RunAsync<T>(string what, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (IsTransient(e))
        {
            throw new StoreUnavailableException($"{what} can't be reached or is overloaded ({e.Message}).", e);
        }
    }

    public static bool IsTransient(Exception exception) => exception switch
    {
        TransactionCanceledException or ConditionalCheckFailedException => false,
        ProvisionedThroughputExceededException or RequestLimitExceededException or TransactionInProgressException or InternalServerErrorException => true,
        // The table may not be provisioned yet, so a later call may succeed.
        ResourceNotFoundException => true,
        AmazonServiceException { StatusCode: NoAnswer or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } => true,
        AmazonServiceException { ErrorCode: "ThrottlingException" } => true,
        AmazonClientException { InnerException: HttpRequestException or IOException or SocketException or TimeoutException } => true,
        HttpRequestException or IOException or SocketException or TimeoutException => true,
        // The SDK's own timeout has elapsed; the caller has not cancelled the call.
        TaskCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
