using System.Collections.Frozen;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Runs one operation of Step Functions: reads the request and writes the members of the response.</summary>
internal delegate ValueTask Operation(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken);

/// <summary>A group of operations on one kind of resource.</summary>
internal interface IStepFunctionsOperations
{
    /// <summary>The operations of the group, each with its name in the API.</summary>
    IEnumerable<(string Name, Operation Operation)> Operations { get; }
}

/// <summary>The Step Functions API. See the Step Functions API Reference.</summary>
internal sealed class StepFunctionsService(IEnumerable<IStepFunctionsOperations> groups) : IAwsJsonService
{
    private readonly FrozenDictionary<string, Operation> _operations =
        groups.SelectMany(group => group.Operations).ToFrozenDictionary(entry => entry.Name, entry => entry.Operation, StringComparer.Ordinal);

    public string TargetPrefix => "AWSStepFunctions";

    public async ValueTask InvokeAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, AwsCaller caller, CancellationToken cancellationToken)
    {
        if (!_operations.TryGetValue(operation, out var run))
            throw new AwsServiceException("UnknownOperationException", $"LocalCloud does not support the Step Functions operation {operation}.");
        var body = request.IsEmpty ? StatesObject.Empty : StatesValue.Parse(request.Span) as StatesObject ?? throw new JsonException("The request is not a JSON object");
        RequestLimits.Check(body);
        response.WriteStartObject();
        await run(new StepFunctionsRequest(body, caller), response, cancellationToken);
        response.WriteEndObject();
    }
}
