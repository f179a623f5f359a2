using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>The evaluated fields of a Task state.</summary>
internal sealed record TaskRequestFields(TaskResource Resource, StatesValue Parameters, TaskToken Token, long? TimeoutSeconds, long? HeartbeatSeconds, string? RoleArn);

/// <summary>One attempt of a task, with its events, timers and calls.</summary>
internal sealed class TaskAttempt(StateScope scope, TaskRequestFields fields) : IDisposable
{
    private readonly Branch _branch = scope.Branch;
    private readonly TaskEvents _events = TaskEvents.Of(fields.Resource);
    private TaskTimers? _timers;
    private bool _isOver;

    public async ValueTask<StatesValue> RunAsync(CancellationToken cancellationToken)
    {
        var scheduled = await _branch.RecordAsync(_events.Scheduled, ScheduledDetails(), cancellationToken);
        var request = CreateRequest();
        try
        {
            _timers = new TaskTimers(scope.Execution.Clock, scheduled.Timestamp, fields, cancellationToken);
            return await RunPhasesAsync(request, _timers.Token, cancellationToken);
        }
        catch (StatesErrorException exception) when (!exception.IsRecorded)
        {
            await _branch.RecordAsync(exception.Error == StatesErrors.Timeout ? _events.TimedOut : _events.Failed, Failure(exception), cancellationToken);
            throw;
        }
    }

    public void Dispose() => _timers?.Dispose();

    private async ValueTask<StatesValue> RunPhasesAsync(TaskRequest request, CancellationToken timed, CancellationToken cancellationToken)
    {
        var waits = fields.Resource.Pattern != IntegrationPattern.RequestResponse || fields.Resource.Kind == TaskKind.Activity;
        if (fields.Resource.Kind != TaskKind.Activity)
            await _branch.RecordAsync(_events.Started, _events.StartedDetails(fields.Resource), cancellationToken);
        ThrowRecordedFailure();
        StatesValue answer;
        if (!waits)
        {
            answer = RecordedOutput(_events.Succeeded) ?? await LiveAsync(() => scope.Execution.Environment.Tasks.CallAsync(request, timed), cancellationToken);
        }
        else
        {
            answer = StatesValue.Null;
            if (fields.Resource.Kind != TaskKind.Activity)
            {
                answer = RecordedOutput(HistoryEventType.TaskSubmitted) ?? await LiveAsync(() => scope.Execution.Environment.Tasks.CallAsync(request, timed), cancellationToken);
                await _branch.RecordAsync(HistoryEventType.TaskSubmitted, Output(answer), cancellationToken);
                ThrowRecordedFailure();
            }
            else if (_branch.NextRecorded?.Type == HistoryEventType.ActivityStarted)
            {
                request.IsStarted = true;
                await _branch.RecordAsync(HistoryEventType.ActivityStarted, null, cancellationToken);
                ThrowRecordedFailure();
            }

            answer = RecordedOutput(_events.Succeeded) ?? await LiveAsync(() => scope.Execution.Environment.Tasks.CompletionAsync(request, answer, timed), cancellationToken);
        }

        if (answer.Utf8Size > Execution.MaxPayloadSize)
            throw new StatesErrorException(StatesErrors.DataLimitExceeded,
                $"The state/task '{(_events.HasResource ? fields.Resource.Service : fields.Resource.Arn)}' returned a result with a size exceeding the maximum number of bytes service limit.");
        await _branch.RecordAsync(_events.Succeeded, Output(answer), cancellationToken);
        return answer;
    }

    /// <summary>
    /// Waits until the execution has replayed its history and all previous events are durable. Then runs
    /// <paramref name="effect"/>, which calls the task integration.
    /// </summary>
    private async ValueTask<StatesValue> LiveAsync(Func<ValueTask<StatesValue>> effect, CancellationToken cancellationToken)
    {
        await _branch.CaughtUpAsync(cancellationToken);
        await scope.Execution.FlushAsync(cancellationToken);
        // Do not start the effect if the task was cancelled while the events were being flushed.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await effect();
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The execution did not cancel the task. Either a timer expired, or the task integration cancelled the
            // call, which counts as a failure.
            throw _timers is { Expired: true }
                ? new StatesErrorException(StatesErrors.Timeout, null) { IsHeartbeat = _timers.IsHeartbeat }
                : new StatesErrorException(StatesErrors.TaskFailed, exception.Message);
        }
        finally
        {
            if (fields.Resource.Kind == TaskKind.Activity)
            {
                lock (this)
                    _isOver = true;
            }
        }
    }

    /// <summary>
    /// Records that a worker started the task. Throws if the task has already ended, because no event of a task may
    /// follow its final event.
    /// </summary>
    private void WorkerStarted(string? worker)
    {
        lock (this)
        {
            if (_isOver)
                throw new OperationCanceledException();
            _branch.Append(HistoryEventType.ActivityStarted, new ActivityStartedDetails(worker));
        }
    }

    private StatesValue? RecordedOutput(HistoryEventType type) =>
        _branch.NextRecorded is { Details: OutputDetails details } next && next.Type == type ? details.Output : null;

    private void ThrowRecordedFailure()
    {
        if (_branch.NextRecorded is { Details: FailureDetails details } next && (next.Type == _events.Failed || next.Type == _events.TimedOut))
            throw new StatesErrorException(details.Error, details.Cause) { IsHeartbeat = details.IsHeartbeat };
    }

    private EventDetails ScheduledDetails() => fields.Resource.Kind == TaskKind.ServiceIntegration
        ? new TaskScheduledDetails(fields.Resource.Service, fields.Resource.Action, fields.Resource.Region ?? scope.Execution.Environment.Region,
            fields.Parameters, fields.TimeoutSeconds, fields.HeartbeatSeconds, fields.RoleArn)
        : new WorkScheduledDetails(fields.Resource.Arn, fields.Parameters, fields.TimeoutSeconds, fields.HeartbeatSeconds, fields.RoleArn);

    private OutputDetails Output(StatesValue value) => _events.HasResource ? new(value, fields.Resource.Action, fields.Resource.Service) : new(value);

    private FailureDetails Failure(StatesErrorException exception) =>
        new(exception.Error, exception.Cause, _events.HasResource ? fields.Resource.Action : null, _events.HasResource ? fields.Resource.Service : null, exception.IsHeartbeat);

    private TaskRequest CreateRequest() => new()
    {
        ExecutionArn = scope.Execution.Context.ExecutionArn,
        StateName = scope.State.Name,
        Resource = fields.Resource,
        Parameters = fields.Parameters,
        Attempt = fields.Token,
        RetryCount = scope.RetryCount,
        RoleArn = fields.RoleArn,
        Span = scope.Span,
        WorkerStarted = WorkerStarted,
        HeartbeatReceived = () => _timers?.Heartbeat(),
    };
}
