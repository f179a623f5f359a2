using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>Converts exceptions of Lambda API operations to AWS's error responses.</summary>
internal static class LambdaErrors
{
    /// <summary>Wraps an operation so that its exceptions become error responses.</summary>
    public static RequestDelegate Answer(RequestDelegate operation) => async context =>
    {
        try
        {
            await operation(context);
        }
        catch (AwsServiceException error)
        {
            await AwsErrors.WriteRestAsync(context, error);
        }
        catch (JsonException error)
        {
            await AwsErrors.WriteRestAsync(context, new AwsServiceException("InvalidRequestContentException",
                $"Could not parse request body into json: {error.Message}"));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (BadHttpRequestException error)
        {
            await AwsErrors.WriteRestAsync(context, error.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new AwsServiceException("RequestTooLargeException", error.Message, error.StatusCode)
                : new AwsServiceException("InvalidRequestContentException", error.Message));
        }
        catch (Exception error)
        {
            context.RequestServices.GetRequiredService<ILogger<FunctionRegistry>>().RequestFailed(error, "Lambda", $"{context.Request.Method} {context.Request.Path}");
            await AwsErrors.WriteRestAsync(context, new AwsServiceException("ServiceException", error.Message, StatusCodes.Status500InternalServerError));
        }
    };
}
