using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// The Runtime API of each function, under <c>/{name or handler}/2018-06-01/runtime</c>. See "Using the Lambda runtime API for
/// custom runtimes" in the Lambda Developer Guide.
/// </summary>
internal sealed class RuntimeApi(FunctionRegistry functions, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RuntimeApi> logger) : IDisposable
{
    // AWS's error message states this limit, which is 100 bytes above 6 MiB.
    private const int MaximumResponseBytes = 6_291_556;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private static readonly object AnsweredBefore = new();

    /// <summary>
    /// The user agents of clients that open a new connection for each request but do not send <c>Connection: close</c>.
    /// </summary>
    private static readonly string[] OneShotClients = ["curl/", "Wget/", "python-requests/"];

    // Cancels the requests of processes that are still waiting for an invocation one second after shutdown has begun, because
    // these requests would delay shutdown. Usually, the processes exit within that second.
    private readonly CancellationTokenSource _waitingIsOver = new(Timeout.InfiniteTimeSpan, time);

    public void Dispose() => _waitingIsOver.Dispose();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        lifetime.ApplicationStopping.Register(() => _waitingIsOver.CancelAfter(Farewell));
        var runtime = endpoints.MapGroup("/{function}/2018-06-01/runtime");
        runtime.MapGet("/invocation/next", (RequestDelegate)NextAsync);
        runtime.MapPost("/invocation/{requestId}/response", (RequestDelegate)(context => CompleteAsync(context, functionError: null)));
        runtime.MapPost("/invocation/{requestId}/error", (RequestDelegate)(context => CompleteAsync(context, FunctionError.Unhandled)));
        runtime.MapPost("/init/error", (RequestDelegate)InitErrorAsync);
    }

    private async Task NextAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } function)
            return;
        PendingInvocation invocation;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _waitingIsOver.Token);
        try
        {
            invocation = await function.NextAsync(waiting.Token);
        }
        catch (OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = invocation.Deadline.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = new FunctionReference(function.Arn, invocation.Qualifier).ToString();
        headers["Lambda-Runtime-Trace-Id"] = invocation.TraceHeader;
        if (invocation.ClientContext is { } clientContext)
            headers["Lambda-Runtime-Client-Context"] = clientContext;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = invocation.Payload.Length;
        try
        {
            await context.Response.BodyWriter.WriteAsync(invocation.Payload, context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Handled below: the process disconnected before it had received the whole event.
        }

        if (context.RequestAborted.IsCancellationRequested)
            function.Return(invocation);
        else
            WatchForExit(context, function, invocation);
    }

    // In AWS, an invocation ends at once when its process exits (Runtime.ExitError). LocalCloud detects the exit when the
    // connection closes. This does not work for a client that opens a new connection for each request, such as a shell script
    // that calls curl.
    private static void WatchForExit(HttpContext context, RegisteredFunction function, PendingInvocation invocation)
    {
        if (!KeepsConnection(context) || context.Features.Get<IConnectionLifetimeFeature>() is not { } connection)
            return;
        var registration = connection.ConnectionClosed.Register(() => function.Exited(invocation));
        invocation.WhenFinished(() => registration.Unregister());
    }

    private static bool KeepsConnection(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(AnsweredBefore) == true)
            return true;
        var isOneShot = OneShotClients.Any(client => context.Request.Headers.UserAgent.ToString().StartsWith(client, StringComparison.OrdinalIgnoreCase));
        return !isOneShot && HttpProtocol.IsHttp11(context.Request.Protocol)
            && !context.Request.Headers.Connection.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);
    }

    private async Task CompleteAsync(HttpContext context, string? functionError)
    {
        if (await FindAsync(context) is not { } function)
            return;
        var requestId = context.RouteValue("requestId");
        var (body, length) = await RequestBody.ReadAsync(context, MaximumResponseBytes);
        if (length > MaximumResponseBytes)
        {
            var tooLarge = Error("Function.ResponseSizeTooLarge", $"Response payload size exceeded maximum allowed payload size ({MaximumResponseBytes} bytes).");
            function.TryComplete(requestId, tooLarge, FunctionError.Unhandled);
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, Error("RequestEntityTooLarge", "Exceeded maximum allowed payload size"));
            return;
        }

        if (context.Features.Get<IConnectionItemsFeature>() is { } connection)
            connection.Items[AnsweredBefore] = true;
        if (function.TryComplete(requestId, body, functionError))
            await AcceptedAsync(context);
        else
            await AnswerAsync(context, StatusCodes.Status400BadRequest, Error("InvalidRequestID", "Invalid request ID"));
    }

    private async Task InitErrorAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } function)
            return;
        var (body, _) = await RequestBody.ReadAsync(context, MaximumResponseBytes);
        logger.InitError(function.Configuration.Name, System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 2000))));
        function.InitializationFailed(body);
        await AcceptedAsync(context);
    }

    private async ValueTask<RegisteredFunction?> FindAsync(HttpContext context)
    {
        var name = context.RouteValue("function");
        if (functions.TryGetServed(name, out var function))
            return function;
        await AnswerAsync(context, StatusCodes.Status404NotFound,
            Error("ResourceNotFoundException", $"No function has the name or handler {name}: declare it in the template."));
        return null;
    }

    private static Task AcceptedAsync(HttpContext context) => AnswerAsync(context, StatusCodes.Status202Accepted, "{\"status\":\"OK\"}"u8.ToArray());

    private static async Task AnswerAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Error(string type, string message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("errorMessage", message);
            writer.WriteString("errorType", type);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
