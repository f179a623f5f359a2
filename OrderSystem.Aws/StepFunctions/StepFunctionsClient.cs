using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.Aws.StepFunctions;

/// <summary>
/// Calls the two Step Functions operations that the system needs. Credentials, signatures, retries and endpoints come
/// from the AWS SDK's pipeline. This client replaces the package <c>AWSSDK.StepFunctions</c>, which is not on every
/// NuGet feed that this repository builds with.
/// </summary>
internal sealed class StepFunctionsClient : AmazonServiceClient
{
    public StepFunctionsClient(StepFunctionsConfig config)
        : base(config)
    {
    }

    public async Task<StartExecutionOutput> StartExecutionAsync(StartExecutionRequest request, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await CallAsync(request, cancellationToken), StepFunctionsJson.Default.StartExecutionOutput)!;

    public async Task<DescribeExecutionOutput> DescribeExecutionAsync(DescribeExecutionRequest request, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await CallAsync(request, cancellationToken), StepFunctionsJson.Default.DescribeExecutionOutput)!;

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new StepFunctionsEndpointResolver());
        pipeline.AddHandlerAfter<StepFunctionsEndpointResolver>(new AuthSchemes());
    }

    private async Task<byte[]> CallAsync(AmazonWebServiceRequest request, CancellationToken cancellationToken)
    {
        var options = new InvokeOptions { RequestMarshaller = RequestMarshaller.Instance, ResponseUnmarshaller = Unmarshaller.Instance };
        return (await InvokeAsync<StepFunctionsResponse>(request, options, cancellationToken)).Body;
    }

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => "SFN";

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class AuthSchemes : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class RequestMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public static RequestMarshaller Instance { get; } = new();

        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = (IStepFunctionsRequest)input;
            var traceHeader = Activity.Current is { } span ? XRayTraceHeader.Format(span.Context) : null;
            return new DefaultRequest(input, "Amazon.StepFunctions")
            {
                HttpMethod = "POST",
                ResourcePath = "/",
                Headers = { ["X-Amz-Target"] = $"AWSStepFunctions.{request.Operation}", ["Content-Type"] = "application/x-amz-json-1.0" },
                Content = request.Serialize(traceHeader),
            };
        }
    }

    private sealed class Unmarshaller : JsonResponseUnmarshaller
    {
        public static Unmarshaller Instance { get; } = new();

        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) => new StepFunctionsResponse { Body = ReadAll(input) };

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            StepFunctionsError? error = null;
            try
            {
                error = JsonSerializer.Deserialize(ReadAll(input), StepFunctionsJson.Default.StepFunctionsError);
            }
            catch (JsonException)
            {
                // The body is not JSON, so the response came from a proxy rather than from Step Functions. Use only the
                // status code.
            }

            var code = error?.Type?.Split('#')[^1] ?? "Unknown";
            return new AmazonServiceException(error?.Message ?? error?.OtherMessage ?? $"Step Functions returned status {(int)statusCode}.",
                innerException, ErrorType.Unknown, code, null, statusCode);
        }

        private static byte[] ReadAll(JsonUnmarshallerContext input)
        {
            using var buffer = new MemoryStream();
            input.Stream.CopyTo(buffer);
            return buffer.ToArray();
        }
    }
}
