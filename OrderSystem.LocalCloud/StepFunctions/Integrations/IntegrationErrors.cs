using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Errors of services as tasks see them.</summary>
internal static class IntegrationErrors
{
    /// <summary>A service's error: <c>Prefix.CodeException</c>.</summary>
    public static StatesErrorException Of(string prefix, string service, AwsServiceException exception)
    {
        var name = exception.Code.EndsWith("Exception", StringComparison.Ordinal) || exception.Code.EndsWith("Error", StringComparison.Ordinal) ? exception.Code : exception.Code + "Exception";
        return new StatesErrorException($"{prefix}.{name}", $"{exception.Message} (Service: {service}, Status Code: {exception.StatusCode}, Request ID: {Guid.NewGuid()})");
    }

    /// <summary>What is not done here but can be mocked.</summary>
    public static StatesErrorException Unavailable(TaskRequest request) => new(
        StatesErrors.Runtime,
        $"The resource '{request.Resource.Arn}' is not available locally: give its outcome in a mock configuration file (SFN_MOCK_CONFIG)");
}
