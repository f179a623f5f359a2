using System.Collections.Concurrent;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Queues;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.Templates;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>The event source mappings of the account: each runs from the moment it is made until this process ends.</summary>
internal sealed class MappingRegistry(
    DynamoDbClient dynamoDb,
    QueueRegistry queues,
    FunctionRegistry functions,
    IFunctionInvoker invoker,
    ICheckpointStore checkpoints,
    LocalCloudOptions options,
    TimeProvider time,
    ILogger<MappingRegistry> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RunningMapping> _mappings = new(StringComparer.Ordinal);

    /// <summary>Every mapping.</summary>
    public IEnumerable<RunningMapping> All => _mappings.Values.OrderBy(mapping => mapping.Definition.FunctionName, StringComparer.Ordinal);

    /// <exception cref="AwsServiceException"><c>ResourceNotFoundException</c>.</exception>
    public RunningMapping Get(string id) => _mappings.TryGetValue(id, out var mapping) ? mapping
        : throw new AwsServiceException("ResourceNotFoundException", "The resource you requested does not exist.", 404);

    /// <summary>Makes a mapping and starts it, or updates the one of the same function and source.</summary>
    public async Task<RunningMapping> CreateOrUpdateAsync(MappingDefinition definition, CancellationToken cancellationToken)
    {
        if (_mappings.ContainsKey(definition.Id))
            return await UpdateAsync(definition, cancellationToken);
        CheckReferences(definition);
        var running = new RunningMapping(definition);
        running.Mapping = new EventSourceMapping(definition.Id, definition.Configuration, mapping => CreateSource(running.Definition, mapping), time, logger);
        if (!_mappings.TryAdd(definition.Id, running))
            return await UpdateAsync(definition, cancellationToken);
        if (definition.Enabled)
            running.Mapping.Start();
        else
            await running.Mapping.StopAsync(cancellationToken);
        logger.MappingStands(definition.Id, definition.EventSourceArn, definition.FunctionName, running.Mapping.State);
        return running;
    }

    /// <summary>Goes on under another definition, from where the mapping was.</summary>
    public async Task<RunningMapping> UpdateAsync(MappingDefinition definition, CancellationToken cancellationToken)
    {
        CheckReferences(definition);
        var running = Get(definition.Id);
        running.Definition = definition;
        await running.Mapping.UpdateAsync(definition.Configuration, definition.Enabled, cancellationToken);
        return running;
    }

    /// <summary>Ends a mapping and forgets how far it came.</summary>
    public async Task<RunningMapping> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var running = Get(id);
        await running.Mapping.StopAsync(cancellationToken);
        _mappings.TryRemove(id, out _);
        await checkpoints.DeleteAsync(id);
        return running;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the server stops: functions must still be able to answer for the batches they have.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StopPatience);
        await Task.WhenAll(_mappings.Values.Select(running => running.Mapping.StopAsync(patience.Token)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void CheckReferences(MappingDefinition definition)
    {
        functions.Get(definition.FunctionName);
        if (definition.IsQueue && queues.FindByArn(definition.EventSourceArn) is null)
            throw new AwsServiceException("InvalidParameterValueException", $"The queue {definition.EventSourceArn} does not exist.");
        if (!definition.IsQueue && !definition.EventSourceArn.Contains("/stream/", StringComparison.Ordinal))
            throw new AwsServiceException("InvalidParameterValueException", $"Unrecognized event source: {definition.EventSourceArn} is neither a DynamoDB stream nor an SQS queue.");
        if (definition.OnFailureArn is { } destination && !destination.StartsWith("arn:aws:sqs:", StringComparison.Ordinal))
            throw new AwsServiceException("InvalidParameterValueException", $"The destination {destination} is no SQS queue: only queues are served here.");
    }

    private IEventSource CreateSource(MappingDefinition definition, EventSourceMapping mapping)
    {
        var function = new MappedFunction(invoker, definition.FunctionName, functions.Get(definition.FunctionName).Arn);
        var sourceOptions = new EventSourceOptions { TimeProvider = time, Logger = logger, Report = mapping.Report, ReportReading = mapping.ReportReading };
        if (definition.IsQueue)
        {
            var queue = queues.FindByArn(definition.EventSourceArn) ?? throw QueueRegistry.DoesNotExist();
            return new QueueEventSource(definition.Id, definition.Configuration, new QueueReader(queue, options.Region), function, definition.MaximumConcurrency, sourceOptions);
        }

        var destination = definition.OnFailureArn is { } arn ? new QueueDestination(queues, arn) : null;
        return new StreamEventSource(
            definition.Id, definition.Configuration, new DynamoDbShardReader(dynamoDb, definition.EventSourceArn), function, checkpoints, destination, sourceOptions);
    }
}

/// <summary>A mapping and its definition.</summary>
internal sealed class RunningMapping(MappingDefinition definition)
{
    public MappingDefinition Definition { get; set; } = definition;

    public EventSourceMapping Mapping { get; set; } = null!;
}
