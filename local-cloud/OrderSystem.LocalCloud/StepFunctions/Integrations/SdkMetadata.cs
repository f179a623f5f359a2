using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Creates the metadata of the service call that Step Functions adds to the results of optimized integrations.</summary>
internal static class SdkMetadata
{
    public static JsonObject Response(string requestId) => JsonObject.Of(("RequestId", requestId));

    public static JsonObject Http(string requestId, int status = 200) => JsonObject.Of(
        ("AllHttpHeaders", JsonObject.Of(("x-amzn-RequestId", new JsonArray([requestId])))),
        ("HttpHeaders", JsonObject.Of(("x-amzn-RequestId", requestId))),
        ("HttpStatusCode", status));
}
