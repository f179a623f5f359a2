using System.Text;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.TestState;

/// <summary>
/// Checks mocked results against the shapes of service responses. If this class has no shape for an action, the action's
/// responses are not checked. Fields that a shape does not contain are not checked either. See the services' API
/// References.
/// </summary>
internal static class ResponseShapes
{
    private static readonly Shape Text = new TextShape(), Number = new NumberShape(), Flag = new FlagShape();

    private static readonly Shape AttributeMap = new MapShape();

    private static readonly Dictionary<string, Shape> Answers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["events:putEvents"] = Of(("FailedEntryCount", Number), ("Entries", new ListShape(Of(("EventId", Text), ("ErrorCode", Text), ("ErrorMessage", Text))))),
        ["sqs:sendMessage"] = Of(("MessageId", Text), ("MD5OfMessageBody", Text), ("MD5OfMessageAttributes", Text), ("MD5OfMessageSystemAttributes", Text), ("SequenceNumber", Text)),
        ["sns:publish"] = Of(("MessageId", Text), ("SequenceNumber", Text)),
        ["lambda:invoke"] = Of(("StatusCode", Number), ("FunctionError", Text), ("LogResult", Text), ("ExecutedVersion", Text)),
        ["lambda:getFunction"] = Of(
            ("Configuration", Of(
                ("FunctionName", Text), ("FunctionArn", Text), ("Runtime", Text), ("Role", Text), ("Handler", Text), ("CodeSize", Number), ("Description", Text),
                ("Timeout", new NumberShape(1)), ("MemorySize", new NumberShape(128, 10240)), ("LastModified", Text), ("CodeSha256", Text), ("Version", Text),
                ("State", new TextShape("Pending", "Active", "Inactive", "Failed")), ("PackageType", new TextShape("Zip", "Image")), ("RevisionId", Text))),
            ("Code", Of(("RepositoryType", Text), ("Location", Text), ("ImageUri", Text), ("ResolvedImageUri", Text))),
            ("Tags", AttributeMap),
            ("Concurrency", Of(("ReservedConcurrentExecutions", new NumberShape(0))))),
        ["dynamodb:getItem"] = Of(("Item", AttributeMap), ("ConsumedCapacity", AttributeMap)),
        ["dynamodb:putItem"] = Of(("Attributes", AttributeMap), ("ConsumedCapacity", AttributeMap), ("ItemCollectionMetrics", AttributeMap)),
        ["dynamodb:updateItem"] = Of(("Attributes", AttributeMap), ("ConsumedCapacity", AttributeMap), ("ItemCollectionMetrics", AttributeMap)),
        ["dynamodb:deleteItem"] = Of(("Attributes", AttributeMap), ("ConsumedCapacity", AttributeMap), ("ItemCollectionMetrics", AttributeMap)),
        ["states:startExecution"] = Of(("ExecutionArn", Text)),
        ["sfn:startExecution"] = Of(("ExecutionArn", Text)),
        ["kms:encrypt"] = Of(("CiphertextBlob", new TextShape { Least = 1, Most = 6144 }), ("KeyId", new TextShape { Least = 1, Most = 2048 }), ("EncryptionAlgorithm", KeyAlgorithm())),
        ["kms:decrypt"] = Of(("Plaintext", new TextShape { Least = 1, Most = 4096 }), ("KeyId", new TextShape { Least = 1, Most = 2048 }), ("EncryptionAlgorithm", KeyAlgorithm())),
        ["s3:getObject"] = Of(
            ("AcceptRanges", Text), ("CacheControl", Text), ("ContentDisposition", Text), ("ContentEncoding", Text), ("ContentLanguage", Text), ("ContentLength", Number),
            ("ContentRange", Text), ("ContentType", Text), ("DeleteMarker", Flag), ("ETag", Text), ("Expiration", Text), ("Metadata", AttributeMap), ("MissingMeta", Number),
            ("PartsCount", Number), ("VersionId", Text), ("TagCount", Number), ("BucketKeyEnabled", Flag), ("StorageClass", StorageClass())),
        ["s3:putObject"] = Of(("ETag", Text), ("Expiration", Text), ("VersionId", Text), ("BucketKeyEnabled", Flag), ("Size", Number)),
        ["secretsmanager:getSecretValue"] = Of(("ARN", Text), ("Name", Text), ("VersionId", Text), ("SecretString", Text), ("SecretBinary", Text), ("VersionStages", new ListShape(Text))),
    };

    /// <summary>The members that the response of an action must contain.</summary>
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.OrdinalIgnoreCase)
    {
        ["states:startExecution"] = ["ExecutionArn", "StartDate"],
        ["sfn:startExecution"] = ["ExecutionArn", "StartDate"],
        ["sfn:startSyncExecution"] = ["ExecutionArn", "StartDate", "StopDate", "Status"],
        ["sfn:describeExecution"] = ["ExecutionArn", "StateMachineArn", "Status", "StartDate"],
        ["batch:submitJob"] = ["JobName", "JobId"],
        ["bedrock:invokeModel"] = ["Body", "ContentType"],
        ["bedrockruntime:invokeModel"] = ["Body", "ContentType"],
        ["databrew:startJobRun"] = ["RunId"],
        ["emr-serverless:startJobRun"] = ["ApplicationId", "JobRunId", "Arn"],
        ["emr-serverless:createApplication"] = ["ApplicationId", "Arn"],
        ["sagemaker:createEndpoint"] = ["EndpointArn"],
        ["sagemaker:createEndpointConfig"] = ["EndpointConfigArn"],
        ["sagemaker:createHyperParameterTuningJob"] = ["HyperParameterTuningJobArn"],
        ["sagemaker:createLabelingJob"] = ["LabelingJobArn"],
        ["sagemaker:createModel"] = ["ModelArn"],
        ["sagemaker:createProcessingJob"] = ["ProcessingJobArn"],
        ["sagemaker:createTrainingJob"] = ["TrainingJobArn"],
        ["sagemaker:createTransformJob"] = ["TransformJobArn"],
    };

    /// <summary>Returns a description of the first error in a mocked response; null if the response is valid.</summary>
    /// <param name="resource">The resource that the task calls.</param>
    /// <param name="result">The mocked response.</param>
    /// <param name="isStrict">Whether to report required members that are missing.</param>
    public static string? Fault(TaskResource resource, StatesValue result, bool isStrict)
    {
        // If the task waits for a job or a callback, its result is the result of the job or the callback rather than the
        // service's response, so there is no response to check.
        if (resource.Kind != TaskKind.ServiceIntegration || resource.Pattern != IntegrationPattern.RequestResponse)
            return null;
        var service = resource.Service.StartsWith("aws-sdk:", StringComparison.Ordinal) ? resource.Service[8..] : resource.Service;
        var action = $"{service}:{resource.Api}";
        if (isStrict && result is StatesObject answer && Required.TryGetValue(action, out var required) && required.FirstOrDefault(name => !answer.Contains(name)) is { } missing)
            return $"Required field '{missing}' is missing";
        return Answers.TryGetValue(action, out var shape) ? shape.Fault("result", result) : null;
    }

    private static ObjectShape Of(params (string Name, Shape Shape)[] fields) => new(fields.ToDictionary(field => field.Name, field => field.Shape, StringComparer.Ordinal));

    private static TextShape KeyAlgorithm() => new("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE");

    private static TextShape StorageClass() => new(
        "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "OUTPOSTS", "GLACIER_IR", "SNOW", "EXPRESS_ONEZONE");

    private abstract class Shape
    {
        public abstract string? Fault(string field, StatesValue value);
    }

    private sealed class TextShape(params string[] expected) : Shape
    {
        public int Least { get; init; }

        public int Most { get; init; } = int.MaxValue;

        public override string? Fault(string field, StatesValue value)
        {
            if (value is not StatesString { Value: var text })
                return $"Field '{field}' must be a string";
            if (expected.Length > 0 && !expected.Contains(text))
                return $"Field '{field}' is not an expected value";
            var length = Encoding.UTF8.GetByteCount(text);
            return length < Least ? $"Field '{field}' is smaller than the minimum length" : length > Most ? $"Field '{field}' exceeds the maximum length" : null;
        }
    }

    private sealed class NumberShape(double least = double.MinValue, double most = double.MaxValue) : Shape
    {
        public override string? Fault(string field, StatesValue value)
        {
            if (value is not StatesNumber { Value: var number })
                return $"Field '{field}' must be a number";
            return number < least ? $"Field '{field}' is less than the minimum value" : number > most ? $"Field '{field}' exceeds the maximum value" : null;
        }
    }

    private sealed class FlagShape : Shape
    {
        public override string? Fault(string field, StatesValue value) => value is StatesBoolean ? null : $"Field '{field}' must be a boolean";
    }

    private sealed class MapShape : Shape
    {
        public override string? Fault(string field, StatesValue value) => value is StatesObject ? null : $"Field '{field}' must be an object";
    }

    private sealed class ListShape(Shape item) : Shape
    {
        public override string? Fault(string field, StatesValue value) =>
            value is StatesArray items ? items.Select(entry => item.Fault(field, entry)).FirstOrDefault(fault => fault is not null) : $"Field '{field}' must be an array";
    }

    private sealed class ObjectShape(Dictionary<string, Shape> fields) : Shape
    {
        public override string? Fault(string field, StatesValue value)
        {
            if (value is not StatesObject given)
                return $"Field '{field}' must be an object";
            foreach (var (name, member) in given)
            {
                if (fields.TryGetValue(name, out var shape) && shape.Fault(name, member) is { } fault)
                    return fault;
            }

            return null;
        }
    }
}
