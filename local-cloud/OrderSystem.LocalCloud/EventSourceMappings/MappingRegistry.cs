using System.Collections.Concurrent;
using OrderSystem.CloudFormation;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Queues;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// The account's event source mappings. An enabled mapping runs until it is disabled or deleted, or until this process
/// ends.
/// </summary>
internal sealed class MappingRegistry(
    DynamoDbClient dynamoDb,
    QuietShards quiet,
    QueueRegistry queues,
    FunctionRegistry functions,
    IFunctionInvoker invoker,
    ICheckpointStore checkpoints,
    StreamEventSourceFactory createStreamSource,
    LocalCloudOptions options,
    TimeProvider time,
    ILogger<MappingRegistry> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Declarations? _declarations = options.DataDirectory is { } data ? new Declarations(Path.Combine(data, "event-source-mappings", "mappings.json")) : null;
    private readonly ConcurrentDictionary<string, RunningMapping> _mappings = new(StringComparer.Ordinal);

    // Cancels the batches in progress when this process shuts down. Until then, a change to a mapping waits without a time
    // limit until the mapping's batches in progress have ended.
    private readonly CancellationTokenSource _abandoning = new();

    /// <summary>All mappings, ordered by id.</summary>
    public IEnumerable<RunningMapping> All => _mappings.Values.OrderBy(mapping => mapping.Definition.Id, StringComparer.Ordinal);

    /// <exception cref="AwsServiceException"><c>ResourceNotFoundException</c>: the mapping does not exist.</exception>
    public RunningMapping Get(string id) => _mappings.TryGetValue(id, out var mapping) ? mapping
        : throw new AwsServiceException("ResourceNotFoundException", "The resource you requested does not exist.", 404);

    /// <summary>
    /// Creates or updates a mapping that the template declares. The task completes when the change has taken effect.
    /// </summary>
    public async Task<RunningMapping> ProvisionAsync(MappingDefinition definition)
    {
        CheckReferences(definition);
        Task change;
        RunningMapping running;
        lock (_gate)
        {
            _declarations?.Remove(definition.Id);
            (running, change) = _mappings.TryGetValue(definition.Id, out var standing) ? (standing, ApplyAsync(standing, definition)) : Add(definition);
            running.IsOfTemplate = true;
        }

        await change;
        return running;
    }

    /// <summary>Creates a mapping, and starts the mapping if it is enabled.</summary>
    /// <exception cref="AwsServiceException"><c>ResourceConflictException</c>: a mapping for the same function and source
    /// exists.</exception>
    public RunningMapping Create(MappingDefinition definition)
    {
        CheckReferences(definition);
        lock (_gate)
        {
            CheckConflict(definition, except: null);
            // The id may already be in use, because an update may have moved the mapping with this id to another function. In
            // that case, the new mapping gets a random id.
            if (_mappings.ContainsKey(definition.Id))
                definition = definition with { Id = Guid.NewGuid().ToString() };
            var (running, change) = Add(definition);
            Declare(running);
            _ = ObserveAsync(running, "created", change);
            return running;
        }
    }

    /// <summary>
    /// Recreates the mappings that were created through the API before LocalCloud restarted. The mappings' functions and
    /// queues must already exist.
    /// </summary>
    public void Restore()
    {
        foreach (var (id, properties) in _declarations?.All ?? [])
        {
            try
            {
                Create(MappingDefinition.Read(property => properties[property], (string)properties["FunctionName"]!) with { Id = id });
            }
            catch (Exception refusal) when (refusal is AwsServiceException or MappingRefusedException)
            {
                logger.MappingNotRestored(id, (string?)properties["EventSourceArn"], (string?)properties["FunctionName"], refusal.Message);
            }
        }
    }

    /// <summary>
    /// Changes a mapping's definition. The new definition takes effect once the batches in progress have ended.
    /// </summary>
    /// <exception cref="AwsServiceException"><c>ResourceInUseException</c>: another change is in progress.
    /// <c>ResourceConflictException</c>: another mapping for the same function and source exists.</exception>
    public RunningMapping Update(MappingDefinition definition)
    {
        CheckReferences(definition);
        lock (_gate)
        {
            var running = GetSettled(definition.Id);
            CheckConflict(definition, except: running);
            _ = ObserveAsync(running, "updated", ApplyAsync(running, definition));
            Declare(running);
            return running;
        }
    }

    /// <summary>Deletes a mapping and its checkpoints, once the batches in progress have ended.</summary>
    /// <exception cref="AwsServiceException"><c>ResourceInUseException</c>: another change is in progress.</exception>
    public RunningMapping Delete(string id)
    {
        lock (_gate)
        {
            var running = GetSettled(id);
            _ = ObserveAsync(running, "deleted", DeleteAsync(running));
            return running;
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Stops the mappings before the server stops, so that functions can still return the results of batches in progress.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _abandoning.CancelAfter(StopPatience);
        await using var hurry = cancellationToken.Register(_abandoning.Cancel);
        await Task.WhenAll(_mappings.Values.Select(running => running.Mapping.StopAsync(_abandoning.Token)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _abandoning.Dispose();

    private RunningMapping GetSettled(string id) => Get(id) is { Mapping.IsChanging: false } running ? running
        : throw new AwsServiceException("ResourceInUseException", $"Cannot change the event source mapping {id}: another change to it is in progress.");

    private (RunningMapping Running, Task Change) Add(MappingDefinition definition)
    {
        var running = new RunningMapping(definition, CreateMapping);
        _mappings[definition.Id] = running;
        logger.MappingStands(definition.Id, definition.EventSourceArn, definition.FunctionName, definition.Enabled ? "enabled" : "disabled");
        return (running, definition.Enabled ? running.Mapping.StartAsync() : running.Mapping.StopAsync(_abandoning.Token));
    }

    private Task ApplyAsync(RunningMapping running, MappingDefinition definition)
    {
        running.Definition = definition;
        return running.Mapping.UpdateAsync(definition.Configuration, definition.Enabled, _abandoning.Token);
    }

    private async Task DeleteAsync(RunningMapping running)
    {
        await running.Mapping.DeleteAsync(_abandoning.Token);
        await checkpoints.DeleteAsync(running.Definition.Id);
        _declarations?.Remove(running.Definition.Id);
        _mappings.TryRemove(running.Definition.Id, out _);
    }

    private void Declare(RunningMapping running)
    {
        if (!running.IsOfTemplate)
            _declarations?.Set(running.Definition.Id, MappingJson.Request(running.Definition));
    }

    private async Task ObserveAsync(RunningMapping running, string what, Task change)
    {
        try
        {
            await change;
        }
        catch (Exception error)
        {
            logger.MappingChangeFailed(error, running.Definition.Id, what);
        }
    }

    private void CheckConflict(MappingDefinition definition, RunningMapping? except)
    {
        var standing = _mappings.Values.FirstOrDefault(running => running != except
            && running.Definition.EventSourceArn == definition.EventSourceArn && running.Definition.Function == definition.Function);
        if (standing is null)
            return;
        var (source, function) = (definition.EventSourceArn, definition.Function);
        throw new AwsServiceException("ResourceConflictException", (definition.IsQueue
            ? $"An event source mapping with SQS arn (\" {source} \") and function (\" {function} \") already exists."
            : $"The event source arn (\" {source} \") and function (\" {function} \") provided mapping already exists.")
            + $" Please update or delete the existing mapping with UUID {standing.Definition.Id}", 409);
    }

    private void CheckReferences(MappingDefinition definition)
    {
        var timeout = functions.Get(definition.Function.ToString()).Configuration.Timeout;
        if (definition.IsQueue)
        {
            var queue = queues.FindByArn(definition.EventSourceArn)
                ?? throw new AwsServiceException("InvalidParameterValueException", $"The queue {definition.EventSourceArn} does not exist.");
            if (queue.Attributes.VisibilityTimeout < timeout)
                throw new AwsServiceException("InvalidParameterValueException",
                    $"Queue visibility timeout: {queue.Attributes.VisibilityTimeout.TotalSeconds} seconds is less than Function timeout: {timeout.TotalSeconds} seconds");
        }

        if (!definition.IsQueue && !definition.EventSourceArn.Contains("/stream/", StringComparison.Ordinal))
            throw new AwsServiceException("InvalidParameterValueException", $"Unrecognized event source: {definition.EventSourceArn} is neither a DynamoDB stream nor an SQS queue.");
        if (definition.OnFailureArn is { } destination && !destination.StartsWith("arn:aws:sqs:", StringComparison.Ordinal))
            throw new AwsServiceException("InvalidParameterValueException", $"The destination {destination} is not an SQS queue: LocalCloud supports only queues.");
    }

    private EventSourceMapping CreateMapping(RunningMapping running) =>
        new(running.Definition.Id, running.Definition.Configuration, mapping => CreateSource(running.Definition, mapping), time, logger);

    private IEventSource CreateSource(MappingDefinition definition, EventSourceMapping mapping)
    {
        var function = new MappedFunction(invoker, definition.Function.ToString(), definition.Function.Qualify(functions.Get(definition.FunctionName).Arn));
        var sourceOptions = new EventSourceOptions { TimeProvider = time, Logger = logger, Report = mapping.Report, ReportObstacle = mapping.ReportObstacle, ReportProblem = mapping.ReportProblem };
        if (definition.IsQueue)
        {
            var queue = queues.FindByArn(definition.EventSourceArn) ?? throw QueueRegistry.DoesNotExist();
            return new QueueEventSource(definition.Id, definition.Configuration, new QueueReader(queue, options.Region), function, definition.MaximumConcurrency, sourceOptions);
        }

        var destination = definition.OnFailureArn is { } arn ? new QueueDestination(queues, arn) : null;
        return createStreamSource(
            definition.Id, definition.Configuration, new DynamoDbShardReader(dynamoDb, definition.EventSourceArn, options.Region, time, quiet),
                function, checkpoints, destination, sourceOptions with { Pace = QuietShards.Pace });
    }
}
