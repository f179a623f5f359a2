using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Converts errors of services to the errors of tasks.</summary>
internal static class IntegrationErrors
{
    /// <summary>A service's error: <c>Prefix.CodeException</c>.</summary>
    public static StatesErrorException Of(string prefix, string service, AwsServiceException exception) =>
        new($"{prefix}.{NameOf(exception)}", $"{exception.Message} (Service: {service}, Status Code: {exception.StatusCode}, Request ID: {Guid.NewGuid()})");

    /// <summary>The exception that the SDK for Java has for an error code: without the namespace, with the suffix <c>Exception</c>.</summary>
    public static string NameOf(AwsServiceException exception)
    {
        var code = exception.Code[(exception.Code.LastIndexOf('#') + 1)..];
        return code.EndsWith("Exception", StringComparison.Ordinal) || code.EndsWith("Error", StringComparison.Ordinal) ? code : code + "Exception";
    }

    /// <summary>The error of a resource that LocalCloud does not support, but that can be mocked.</summary>
    public static StatesErrorException Unavailable(TaskRequest request) => new(
        StatesErrors.Runtime,
        $"The resource '{request.Resource.Arn}' is not available locally: give its outcome in a mock configuration file (SFN_MOCK_CONFIG)");
}
