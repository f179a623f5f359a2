using System.Text.Json;
using OrderSystem.EventSources.Functions;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>Invokes a mapping's function in the same way as other clients of Lambda do.</summary>
internal sealed class MappedFunction(IFunctionInvoker invoker, string name, string arn) : IFunction
{
    public string Arn => arn;

    public async Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            // No trace header: each record carries its own trace context, and the function links to it.
            var result = await invoker.InvokeAsync(new InvocationRequest(name, payload), cancellationToken);
            return result.FunctionError is { } error
                ? new InvocationOutcome.Failed(result.RequestId, error, Problem(result.Payload))
                : new InvocationOutcome.Answered(result.RequestId, result.Payload);
        }
        catch (AwsServiceException error)
        {
            return new InvocationOutcome.NotInvoked(Guid.NewGuid().ToString(), $"{error.Code}: {error.Message}");
        }
    }

    private static string Problem(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return $"{Text(document.RootElement, "errorType")}: {Text(document.RootElement, "errorMessage")}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "the error document is not JSON";
        }
    }

    private static string? Text(JsonElement error, string property) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(property, out var value) ? value.ToString() : null;
}
