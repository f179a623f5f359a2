using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// Runs the workflow's tasks in this process: invokes functions and sends messages to the dead-letter queue. All writes of
/// an invocation are committed in one transaction.
/// </summary>
internal sealed class WorkflowTasks(EmbeddedStack stack, EmbeddedDatabase database, DeadLetterQueue deadLetters,
    IReadOnlyDictionary<string, WorkflowStep> steps, IServiceProvider services, TimeProvider time) : ITaskIntegration
{
    public async ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) => request.Resource switch
    {
        { Kind: TaskKind.LambdaFunction } => await InvokeAsync(request, cancellationToken),
        { Service: "sqs", Api: "sendMessage", Pattern: IntegrationPattern.RequestResponse } => await SendAsync(request, cancellationToken),
        _ => throw NotServed(request),
    };

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => throw NotServed(request);

    private async Task<StatesValue> InvokeAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (stack.Function(request.Resource.Arn) is not { } function || !steps.TryGetValue(function.Handler, out var step))
            throw new StatesErrorException("Lambda.ResourceNotFoundException", $"Function not found: {request.Resource.Arn}");
        using var span = Telemetry.Source.StartActivity(function.Handler, ActivityKind.Internal, request.Span);
        span?.SetTag("faas.invoked_name", function.Name);
        try
        {
            var input = StepValues.Read(request.Parameters);
            span?.SetTag("order.id", input.OrderId);
            var result = await function.RunAsync(limited => database.TogetherAsync(() => step(services, input, limited), limited), time, cancellationToken);
            return StepValues.Write(result);
        }
        catch (TimeoutException e)
        {
            throw Failed(span, "Sandbox.Timedout", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Failed(span, e.GetType().Name, e);
        }
    }

    private async Task<StatesValue> SendAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Parameters as StatesObject ?? StatesObject.Empty;
        var url = (parameters["QueueUrl"] as StatesString)?.Value ?? "";
        var queue = stack.Queue(url) ?? throw new StatesErrorException("Sqs.QueueDoesNotExistException", $"The queue {url} does not exist.");
        var body = parameters["MessageBody"] is StatesString text ? text.Value : parameters["MessageBody"]?.ToJsonString() ?? "";
        try
        {
            await deadLetters.SendAsync(queue, body, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            throw new StatesErrorException("Sqs.SqsException", e.Message);
        }

        return StatesObject.Empty;
    }

    private static StatesErrorException Failed(Activity? span, string errorType, Exception exception)
    {
        span?.SetTag("error.type", errorType);
        span?.SetStatus(ActivityStatusCode.Error, exception.Message);
        return new StatesErrorException(errorType, JsonSerializer.Serialize(new StepError(errorType, exception.Message), StepErrorJson.Default.StepError));
    }

    private static StatesErrorException NotServed(TaskRequest request) =>
        new(StatesErrors.Runtime, $"The embedded cloud only runs functions and sends SQS messages; it does not support {request.Resource.Arn}.");
}

/// <summary>The error of a failed step, in the format in which a Lambda function reports an error.</summary>
internal sealed record StepError(string ErrorType, string ErrorMessage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StepError))]
internal sealed partial class StepErrorJson : JsonSerializerContext;
