using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Errors of services as tasks see them.</summary>
internal static class IntegrationErrors
{
    /// <summary>A service's error: <c>Prefix.CodeException</c>.</summary>
    public static StatesErrorException Of(string prefix, string service, AwsServiceException exception) =>
        new($"{prefix}.{NameOf(exception)}", $"{exception.Message} (Service: {service}, Status Code: {exception.StatusCode}, Request ID: {Guid.NewGuid()})");

    /// <summary>A service's error code as the SDK for Java names its exception: without the namespace, and with the ending.</summary>
    public static string NameOf(AwsServiceException exception)
    {
        var code = exception.Code[(exception.Code.LastIndexOf('#') + 1)..];
        return code.EndsWith("Exception", StringComparison.Ordinal) || code.EndsWith("Error", StringComparison.Ordinal) ? code : code + "Exception";
    }

    /// <summary>What is not done here but can be mocked.</summary>
    public static StatesErrorException Unavailable(TaskRequest request) => new(
        StatesErrors.Runtime,
        $"The resource '{request.Resource.Arn}' is not available locally: give its outcome in a mock configuration file (SFN_MOCK_CONFIG)");
}
