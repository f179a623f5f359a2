using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Converts a service's errors to the errors with which tasks fail.</summary>
internal static class IntegrationErrors
{
    /// <summary>
    /// Converts a service's error to the error that a task reports. The name of the task's error is the prefix, a dot and the
    /// exception name of the service's error.
    /// </summary>
    public static StatesErrorException Of(string prefix, string service, AwsServiceException exception) =>
        new($"{prefix}.{NameOf(exception)}", $"{exception.Message} (Service: {service}, Status Code: {exception.StatusCode}, Request ID: {Guid.NewGuid()})");

    /// <summary>
    /// Returns the name that the AWS SDK for Java gives to the exception for an error code: the code without its namespace,
    /// ending in <c>Exception</c> or <c>Error</c>.
    /// </summary>
    public static string NameOf(AwsServiceException exception)
    {
        var code = exception.Code[(exception.Code.LastIndexOf('#') + 1)..];
        return code.EndsWith("Exception", StringComparison.Ordinal) || code.EndsWith("Error", StringComparison.Ordinal) ? code : code + "Exception";
    }

    /// <summary>
    /// Creates the error of a task whose resource LocalCloud does not support. The error message explains how to mock the
    /// task.
    /// </summary>
    public static StatesErrorException Unavailable(TaskRequest request) => new(
        StatesErrors.Runtime,
        $"The resource '{request.Resource.Arn}' is not available locally: provide a mocked result in a mock configuration file (SFN_MOCK_CONFIG)");
}
