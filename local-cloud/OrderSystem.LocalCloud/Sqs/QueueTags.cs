using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// The operations <c>TagQueue</c>, <c>UntagQueue</c> and <c>ListQueueTags</c>. See "TagQueue" in the SQS API Reference.
/// </summary>
internal static class QueueTags
{
    private const int Maximum = 50;

    public static void Add(QueueRegistry queues, MessageQueue queue, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        var all = new Dictionary<string, string>(queue.Tags, StringComparer.Ordinal);
        foreach (var (key, value) in tags)
            all[key] = value;
        if (all.Count > Maximum)
            throw SqsRequest.Invalid($"Too many tags added for queue {queue.Name}.");
        queues.SetTags(queue, all);
    }

    public static void Remove(QueueRegistry queues, MessageQueue queue, IReadOnlySet<string> keys)
    {
        if (keys.Count == 0)
            throw new AwsServiceException("InvalidParameterValue", "Tag keys must be between 1 and 128 characters in length.");
        queues.SetTags(queue, queue.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary(StringComparer.Ordinal));
    }

    public static void Write(Utf8JsonWriter response, MessageQueue queue)
    {
        if (queue.Tags.Count == 0)
            return;
        response.WriteStartObject("Tags");
        foreach (var (key, value) in queue.Tags)
            response.WriteString(key, value);
        response.WriteEndObject();
    }
}
