using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.CloudFormation;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Embedded.Mappings;

/// <summary>Runs the template's event source mappings, which read the change log and invoke the stream function.</summary>
internal sealed class ChangeFeed(EmbeddedDatabase database, OrderChanges changes, EmbeddedStack stack, DeadLetterQueue deadLetters,
    StreamEventSourceFactory createSource, IServiceProvider services, TimeProvider time, ILogger<ChangeFeed> logger)
{
    private readonly List<EventSourceMapping> _mappings = [];

    /// <summary>The enabled mappings.</summary>
    public IReadOnlyList<EventSourceMapping> Mappings => _mappings;

    /// <summary>Starts every enabled mapping, from its checkpoint.</summary>
    /// <param name="cancellationToken">Cancels the wait until a new mapping's starting position is stored.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        changes.Found(database.Read(session => session.First("SELECT count(*) FROM changes", row => row.GetInt64(0))));
        foreach (var definition in stack.Mappings.Where(definition => definition.Enabled))
        {
            var mapping = new EventSourceMapping(definition.Id, definition.Configuration, mapping => Source(definition, mapping), time, logger);
            _mappings.Add(mapping);
            await mapping.StartAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops the mappings after their current batches, or at once if the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_mappings.Select(mapping => mapping.StopAsync(cancellationToken)));

    /// <summary>Wakes the mappings, so that they check the change log for new records.</summary>
    public void Signal() => changes.Signal();

    /// <summary>Returns the time of the oldest unprocessed change; null if every change is processed.</summary>
    public DateTimeOffset? OldestChange() => database.Read(session => session.First("SELECT created FROM changes ORDER BY sequence LIMIT 1", row => (DateTimeOffset?)row.Time(0)));

    /// <summary>Finds the stream function by name or ARN; null if the template does not declare it.</summary>
    public IFunction? Function(string nameOrArn) =>
        stack.Function(nameOrArn) is { Handler: ProcessOrders.Handler } function ? ActivatorUtilities.CreateInstance<ProcessOrders>(services, function) : null;

    private IEventSource Source(MappingDefinition definition, EventSourceMapping mapping)
    {
        if (definition.IsQueue || Function(definition.FunctionName) is not { } function)
            throw new InvalidOperationException(
                $"The mapping from {definition.EventSourceArn} to {definition.FunctionName} is not supported. The embedded cloud supports "
                    + $"only a mapping from the stream of orders to {ProcessOrders.Handler}.");
        IOnFailureDestination? onFailure = null;
        if (definition.OnFailureArn is { } arn)
            onFailure = deadLetters.Destination(stack.Queue(arn) ?? throw new InvalidOperationException($"The on-failure destination {arn} is not a queue that the template declares."));
        return createSource(
            definition.Id,
            definition.Configuration,
            new ChangeLogReader(database, changes, definition.EventSourceArn),
            function,
            new SqliteCheckpointStore(database, changes),
            onFailure,
            new EventSourceOptions
            {
                TimeProvider = time,
                Pace = PollingPace.OnSignal,
                Logger = logger,
                Report = mapping.Report,
                ReportObstacle = mapping.ReportObstacle,
                ReportProblem = mapping.ReportProblem
            });
    }
}
