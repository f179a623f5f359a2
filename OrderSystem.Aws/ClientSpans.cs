using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using OrderSystem.Aws.StepFunctions;

namespace OrderSystem.Aws;

/// <summary>
/// Creates one CLIENT span for each call that an AWS client makes. The span covers the call and its retries. Names and
/// attributes follow OpenTelemetry's semantic conventions 1.44 for AWS SDK calls and for DynamoDB.
/// </summary>
internal sealed class ClientSpans : IRuntimePipelineCustomizer
{
    public string UniqueName => "OrderSystem.Aws.ClientSpans";

    /// <summary>Adds the spans to AWS clients that this process creates from now on.</summary>
    public static void Install() => RuntimePipelineCustomizerRegistry.Instance.Register(new ClientSpans());

    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandler(new Handler());

    private sealed class Handler : PipelineHandler
    {
        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var context = executionContext.RequestContext;
            using var span = Start(context);
            try
            {
                var result = await base.InvokeAsync<T>(executionContext);
                if (span is { IsAllDataRequested: true } && executionContext.ResponseContext.Response is { } response)
                {
                    span.SetTag("aws.request_id", response.ResponseMetadata?.RequestId);
                    span.SetTag("http.response.status_code", (int)response.HttpStatusCode);
                }

                return result;
            }
            catch (Exception e) when (span is not null)
            {
                var code = (e as AmazonServiceException)?.ErrorCode;
                span.SetTag("error.type", code ?? e.GetType().FullName);
                // A failed condition check is an expected outcome, not an error.
                if (e is not ConditionalCheckFailedException)
                    span.SetStatus(ActivityStatusCode.Error, e.Message);
                throw;
            }
        }

        private static Activity? Start(IRequestContext context)
        {
            var service = context.ServiceMetaData.ServiceId;
            var operation = context.OriginalRequest is IStepFunctionsRequest own ? own.Operation : context.RequestName.Replace("Request", "", StringComparison.Ordinal);
            var span = Telemetry.Source.StartActivity($"{service}.{operation}", ActivityKind.Client);
            if (span is not { IsAllDataRequested: true })
                return span;
            span.SetTag("rpc.system.name", "aws-api");
            span.SetTag("rpc.method", $"{service}/{operation}");
            span.SetTag("cloud.region", context.ClientConfig.RegionEndpoint?.SystemName);
            if (context.OriginalRequest is StartExecutionRequest start)
                span.SetTag("aws.step_functions.state_machine.arn", start.Body.StateMachineArn);
            if (Tables(context.OriginalRequest) is { } tables)
            {
                span.SetTag("db.system.name", "aws.dynamodb");
                span.SetTag("db.operation.name", operation);
                span.SetTag("db.collection.name", tables is [var single] ? single : null);
                span.SetTag("aws.dynamodb.table_names", tables);
                span.SetTag("aws.dynamodb.index_name", (context.OriginalRequest as QueryRequest)?.IndexName);
            }

            return span;
        }

        private static string[]? Tables(AmazonWebServiceRequest request) => request switch
        {
            PutItemRequest put => [put.TableName],
            GetItemRequest get => [get.TableName],
            UpdateItemRequest update => [update.TableName],
            DeleteItemRequest delete => [delete.TableName],
            QueryRequest query => [query.TableName],
            DescribeTableRequest describe => [describe.TableName],
            TransactWriteItemsRequest transaction => [.. transaction.TransactItems.Select(item => item.Put?.TableName ?? item.Update?.TableName).OfType<string>().Distinct()],
            _ => null,
        };
    }
}
