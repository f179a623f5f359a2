using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace OrderSystem.Aws.StepFunctions;

/// <summary>
/// A request for the operation StartExecution. The SDK derives the operation's name from the name of this type. AWS Step
/// Functions API Reference: "StartExecution".
/// </summary>
internal sealed class StartExecutionRequest(StartExecutionInput body) : AmazonWebServiceRequest, IStepFunctionsRequest
{
    public StartExecutionInput Body { get; } = body;

    public string Operation => "StartExecution";

    public byte[] Serialize(string? traceHeader) =>
        JsonSerializer.SerializeToUtf8Bytes(Body with { TraceHeader = traceHeader }, StepFunctionsJson.Default.StartExecutionInput);
}

/// <summary>A request for the operation DescribeExecution. AWS Step Functions API Reference: "DescribeExecution".</summary>
internal sealed class DescribeExecutionRequest(string executionArn) : AmazonWebServiceRequest, IStepFunctionsRequest
{
    public string Operation => "DescribeExecution";

    public byte[] Serialize(string? traceHeader) =>
        JsonSerializer.SerializeToUtf8Bytes(new DescribeExecutionInput(executionArn), StepFunctionsJson.Default.DescribeExecutionInput);
}

/// <summary>A Step Functions request: the name of its operation, and its JSON body.</summary>
internal interface IStepFunctionsRequest
{
    string Operation { get; }

    byte[] Serialize(string? traceHeader);
}

/// <summary>A Step Functions response: its JSON body, not yet deserialized.</summary>
internal sealed class StepFunctionsResponse : AmazonWebServiceResponse
{
    public byte[] Body { get; init; } = [];
}

internal sealed record StartExecutionInput(string StateMachineArn, string Name, string Input, string? TraceHeader = null);

internal sealed record StartExecutionOutput(string ExecutionArn, double StartDate);

internal sealed record DescribeExecutionInput(string ExecutionArn);

internal sealed record DescribeExecutionOutput(string ExecutionArn, string Name, string Status, string? Input);

internal sealed record StepFunctionsError(
    [property: JsonPropertyName("__type")] string? Type,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("Message")] string? OtherMessage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StartExecutionInput))]
[JsonSerializable(typeof(StartExecutionOutput))]
[JsonSerializable(typeof(DescribeExecutionInput))]
[JsonSerializable(typeof(DescribeExecutionOutput))]
[JsonSerializable(typeof(StepFunctionsError))]
internal sealed partial class StepFunctionsJson : JsonSerializerContext;
