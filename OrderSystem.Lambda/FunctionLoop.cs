using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.Lambda.Runtime;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.Lambda;

/// <summary>One execution environment of a function: receives events one after another, and responds to each.</summary>
internal sealed class FunctionLoop(
    Function function, RuntimeApiClient runtime, IServiceScopeFactory scopes, LambdaOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The time between the cancellation of the handler and the deadline, reserved for sending the response. If this time
    /// is more than a quarter of the invocation's remaining time, only that quarter is reserved.
    /// </summary>
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Runs until <paramref name="stopping"/> is cancelled. An event received before the cancellation still gets a response.
    /// </summary>
    /// <param name="stopping">Cancels the wait for events.</param>
    /// <param name="abandon">Cancels the handling of the current event.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandon)
    {
        var retry = FirstRetry;
        while (!stopping.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await runtime.NextAsync(stopping);
                retry = FirstRetry;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Never let a polling error end the loop: this execution environment would no longer receive events.
                if (retry == FirstRetry)
                    Log.RuntimeApiUnavailable(logger, function.Handler, e.Message);
                await Task.Delay(retry, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                continue;
            }

            await ServeAsync(invocation, abandon);
        }
    }

    private async Task ServeAsync(Invocation invocation, CancellationToken abandon)
    {
        ReadOnlyMemory<byte> answer = default;
        InvocationError? error = null;
        using (var span = StartSpan(invocation))
        {
            try
            {
                answer = await InvokeAsync(invocation, abandon);
            }
            catch (Exception e)
            {
                error = InvocationError.From(e);
                span?.SetStatus(ActivityStatusCode.Error, e.Message);
                span?.SetTag("error.type", error.ErrorType);
                Log.InvocationFailed(logger, e, function.Handler, invocation.RequestId);
            }
        }

        await BeforeFreezeAsync(abandon);
        try
        {
            var rejection = error is null
                ? await runtime.RespondAsync(invocation.RequestId, answer, abandon)
                : await runtime.FailAsync(invocation.RequestId, error, abandon);
            if (rejection is { } rejected)
                Log.AnswerRefused(logger, function.Handler, invocation.RequestId, rejected.Status, rejected.Reason);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Log.AnswerLost(logger, e, function.Handler, invocation.RequestId);
        }
    }

    private async Task BeforeFreezeAsync(CancellationToken abandon)
    {
        if (options is not { Handler.Length: > 0, BeforeFreeze: { } beforeFreeze })
            return;
        try
        {
            await beforeFreeze(abandon);
        }
        catch (Exception e)
        {
            // The invocation is done; failing to flush telemetry is no reason to retry it.
            Log.BeforeFreezeFailed(logger, e, function.Handler);
        }
    }

    private async Task<ReadOnlyMemory<byte>> InvokeAsync(Invocation invocation, CancellationToken abandon)
    {
        using var deadline = DeadlineSource(invocation.Deadline);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abandon);
        await using var scope = scopes.CreateAsyncScope();
        var context = new InvocationContext(invocation.RequestId, invocation.FunctionArn, invocation.Deadline, scope.ServiceProvider);
        return await function.InvokeAsync(invocation.Payload, context, either.Token);
    }

    /// <summary>Creates a source that cancels the handler shortly before the deadline, so that there is time to respond.</summary>
    private CancellationTokenSource DeadlineSource(DateTimeOffset deadline)
    {
        var left = deadline - time.GetUtcNow();
        if (left > TimeSpan.FromDays(1))
            return new CancellationTokenSource();
        var reserve = left / 4 < TimeToAnswer ? left / 4 : TimeToAnswer;
        return new CancellationTokenSource(left > TimeSpan.Zero ? left - reserve : TimeSpan.Zero, time);
    }

    private Activity? StartSpan(Invocation invocation)
    {
        return Telemetry.Source.StartActivity(
            function.Handler,
            ActivityKind.Server,
            XRayTraceHeader.TryParse(invocation.TraceHeader, out var parent) ? parent : default,
            [
                new("faas.trigger", function.Trigger),
                new("faas.invocation_id", invocation.RequestId),
                new("cloud.resource_id", invocation.FunctionArn),
            ]);
    }
}
