using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>The queues of the account.</summary>
internal sealed partial class QueueRegistry : IAsyncDisposable
{
    /// <summary>The property of a queue's declaration that contains its tags. All other properties are attributes.</summary>
    private const string TagsProperty = "tags";

    private static readonly TimeSpan NameBlocked = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _deletedAt = new(StringComparer.Ordinal);
    private readonly LocalCloudOptions _options;
    private readonly ListeningAddress _address;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, MessageQueue> _queues = new(StringComparer.Ordinal);
    private readonly Lock _creation = new();
    private readonly Declarations? _declarations;

    public QueueRegistry(LocalCloudOptions options, ListeningAddress address, TimeProvider time)
    {
        (_options, _address, _time) = (options, address, time);
        if (options.DataDirectory is not { } data)
            return;
        _declarations = new Declarations(Path.Combine(data, "sqs", "queues.json"));
        foreach (var (name, declared) in _declarations.All)
        {
            var queue = Set(name, new QueueAttributes().With(
                declared.Where(attribute => attribute.Key != TagsProperty).Select(attribute => KeyValuePair.Create(attribute.Key, (string)attribute.Value!))));
            if (declared[TagsProperty] is JsonObject tags)
                queue.Tags = tags.ToDictionary(tag => tag.Key, tag => (string)tag.Value!, StringComparer.Ordinal);
        }
    }

    /// <summary>All queues, ordered by name.</summary>
    public IEnumerable<MessageQueue> All => _queues.Values.OrderBy(queue => queue.Name, StringComparer.Ordinal);

    /// <summary>Creates a queue, or replaces the attributes of the existing queue with that name.</summary>
    /// <exception cref="AwsServiceException">The name is invalid or names a FIFO queue, or the dead-letter queue does not
    /// exist.</exception>
    public MessageQueue CreateOrUpdate(string name, QueueAttributes attributes)
    {
        if (!Name().IsMatch(name))
            throw new AwsServiceException("InvalidParameterValue", name.EndsWith(".fifo", StringComparison.Ordinal)
                ? "LocalCloud does not support FIFO queues."
                : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        if (attributes.DeadLetterTargetArn is { } target && FindByArn(target) is null)
            throw new AwsServiceException("InvalidParameterValue", $"Value {attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.");
        return Set(name, attributes);
    }

    private MessageQueue Set(string name, QueueAttributes attributes)
    {
        lock (_creation)
        {
            if (_queues.TryGetValue(name, out var queue))
            {
                queue.Attributes = attributes;
                return queue;
            }

            var journal = _options.DataDirectory is { } data ? Path.Combine(data, "sqs", name + ".journal") : null;
            return _queues[name] = new MessageQueue(name, Arn(name), attributes, _time, FindByArn, journal);
        }
    }

    /// <summary>
    /// Creates a queue, or sets attributes of the existing queue with that name. Persists the attributes that were set.
    /// </summary>
    /// <inheritdoc cref="CreateOrUpdate"/>
    public MessageQueue Declare(string name, IReadOnlyCollection<KeyValuePair<string, string>> attributes)
    {
        var queue = CreateOrUpdate(name, (Find(name)?.Attributes ?? new QueueAttributes()).With(attributes));
        _declarations?.Set(name, attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (JsonNode?)attribute.Value)));
        return queue;
    }

    /// <summary>Replaces the tags of a queue, and persists them.</summary>
    public void SetTags(MessageQueue queue, IReadOnlyDictionary<string, string> tags)
    {
        queue.Tags = tags;
        _declarations?.Set(queue.Name, [KeyValuePair.Create(TagsProperty, (JsonNode?)new JsonObject(tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))))]);
    }

    /// <summary>Whether a queue with that name was deleted less than 60 seconds ago.</summary>
    public bool IsRecentlyDeleted(string name) => _deletedAt.TryGetValue(name, out var deletedAt) && _time.GetUtcNow() - deletedAt < NameBlocked;

    /// <summary>Finds a queue by name; null if it does not exist.</summary>
    public MessageQueue? Find(string name) => _queues.GetValueOrDefault(name);

    /// <summary>Finds a queue by ARN; null if it does not exist.</summary>
    public MessageQueue? FindByArn(string arn) => Find(arn[(arn.LastIndexOf(':') + 1)..]);

    /// <summary>Finds a queue by its URL. The URL's host is ignored.</summary>
    /// <exception cref="AwsServiceException"><c>QueueDoesNotExist</c>: there is no such queue.</exception>
    public MessageQueue GetByUrl(string url) => Find(url[(url.LastIndexOf('/') + 1)..]) ?? throw DoesNotExist();

    /// <summary>Deletes a queue and its messages.</summary>
    public async Task DeleteAsync(MessageQueue queue)
    {
        _declarations?.Remove(queue.Name);
        _deletedAt[queue.Name] = _time.GetUtcNow();
        await queue.PurgeAsync();
        if (_queues.TryRemove(queue.Name, out _))
            await queue.DisposeAsync();
    }

    public string Url(string name) => new Uri(_address.Uri, $"/{LocalCloudOptions.AccountId}/{name}").ToString();

    public string Arn(string name) => $"arn:aws:sqs:{_options.Region}:{LocalCloudOptions.AccountId}:{name}";

    public static AwsServiceException DoesNotExist() =>
        new("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.") { QueryCode = "AWS.SimpleQueueService.NonExistentQueue" };

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values)
            await queue.DisposeAsync();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,80}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
