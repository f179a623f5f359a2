using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Creates the service-call metadata that Step Functions adds to the results of optimized integrations.</summary>
internal static class SdkMetadata
{
    public static StatesObject Response(string requestId) => StatesObject.Of(("RequestId", requestId));

    public static StatesObject Http(string requestId, int status = 200) => StatesObject.Of(
        ("AllHttpHeaders", StatesObject.Of(("x-amzn-RequestId", new StatesArray([requestId])))),
        ("HttpHeaders", StatesObject.Of(("x-amzn-RequestId", requestId))),
        ("HttpStatusCode", status));
}
