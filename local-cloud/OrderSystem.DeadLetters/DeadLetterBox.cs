using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderSystem.DeadLetters;

/// <summary>
/// Presents a dead-letter queue as a numbered list, oldest message first. SQS cannot list messages without receiving
/// them, so this class receives them, hides them from other consumers until it is disposed, and then makes them visible
/// again. If this process is killed, the messages become visible within a minute.
/// </summary>
internal sealed class DeadLetterBox : IAsyncDisposable
{
    private const int BatchSize = 10;
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HoldAgain = TimeSpan.FromSeconds(20);

    private readonly AwsClient _aws;
    private readonly string _queueUrl;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ReceivedMessage> _held = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _holding;

    private DeadLetterBox(AwsClient aws, string queueUrl, TimeProvider time)
    {
        (_aws, _queueUrl, _time) = (aws, queueUrl, time);
        _holding = HoldAsync();
    }

    public static async Task<DeadLetterBox> OpenAsync(AwsClient aws, string queueName, TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await aws.SqsAsync("GetQueueUrl", new JsonObject { ["QueueName"] = queueName }, cancellationToken);
        return new DeadLetterBox(aws, (string)answer["QueueUrl"]!, time);
    }

    /// <summary>
    /// Receives every message that is not hidden by another consumer. Returns all messages that this process has
    /// received so far and not yet deleted or made visible again.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedMessage>> TakeAllAsync(CancellationToken cancellationToken)
    {
        // In AWS, a short poll queries only some of the SQS servers, so one response without new messages does not
        // mean that all messages have been received.
        for (var vain = 0; vain < 2;)
        {
            var answer = await _aws.SqsAsync("ReceiveMessage", new JsonObject
            {
                ["QueueUrl"] = _queueUrl,
                ["MaxNumberOfMessages"] = BatchSize,
                ["VisibilityTimeout"] = (int)Hold.TotalSeconds,
                ["WaitTimeSeconds"] = 0,
                ["AttributeNames"] = new JsonArray("All"),
                ["MessageSystemAttributeNames"] = new JsonArray("All"),
            }, cancellationToken);
            var letters = answer["Messages"]?.AsArray().Select(message => ReceivedMessage.Read(message!)).ToList() ?? [];
            vain = letters.TrueForAll(letter => _held.ContainsKey(letter.Id)) ? vain + 1 : 0;
            // Replace older entries, because only the receipt handle of a message's latest receive is valid.
            foreach (var letter in letters)
                _held[letter.Id] = letter;
        }

        // Messages that were sent in the same millisecond are ordered by content, then by id, so that a message has the
        // same number in every list.
        return [.. _held.Values.OrderBy(letter => letter.SentAt).ThenBy(letter => letter.Letter.What, StringComparer.Ordinal).ThenBy(letter => letter.Id, StringComparer.Ordinal)];
    }

    /// <summary>Returns whether this process still hides a message from other consumers.</summary>
    public bool Holds(ReceivedMessage letter) => _held.ContainsKey(letter.Id);

    /// <summary>Makes messages visible to other consumers again.</summary>
    public async Task GiveBackAsync(IEnumerable<ReceivedMessage> letters)
    {
        foreach (var batch in letters.Chunk(BatchSize))
        {
            foreach (var letter in batch)
                _held.TryRemove(letter.Id, out _);
            await ChangeVisibilityAsync(batch, TimeSpan.Zero);
        }
    }

    /// <summary>Deletes messages from the queue.</summary>
    /// <returns>The number of messages that could not be deleted.</returns>
    public async Task<int> RemoveAsync(IEnumerable<ReceivedMessage> letters)
    {
        var failed = 0;
        foreach (var batch in letters.Chunk(BatchSize))
        {
            foreach (var letter in batch)
                _held.TryRemove(letter.Id, out _);
            var answer = await _aws.SqsAsync("DeleteMessageBatch", Batch(batch, _ => { }), CancellationToken.None);
            failed += answer["Failed"]?.AsArray().Count ?? 0;
        }

        return failed;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _holding;
        await GiveBackAsync(_held.Values);
        _closing.Dispose();
    }

    private async Task HoldAsync()
    {
        while (true)
        {
            await Task.Delay(HoldAgain, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_closing.IsCancellationRequested)
                return;
            foreach (var batch in _held.Values.Chunk(BatchSize))
                await HoldAsync(batch);
        }
    }

    private async Task HoldAsync(ReceivedMessage[] batch)
    {
        try
        {
            // If a message's visibility timeout can't be extended, another consumer has received the message, so stop
            // hiding it.
            foreach (var failed in (await ChangeVisibilityAsync(batch, Hold))["Failed"]?.AsArray() ?? [])
                _held.TryRemove(batch[int.Parse((string)failed!["Id"]!, CultureInfo.InvariantCulture)].Id, out _);
        }
        catch (Exception error) when (error is HttpRequestException or AwsErrorException)
        {
            // Ignore the failure: the messages stay hidden for 60 seconds after the last extension, and the caller
            // tries to extend this time every 20 seconds.
        }
    }

    private Task<JsonObject> ChangeVisibilityAsync(ReceivedMessage[] batch, TimeSpan duration) => _aws.SqsAsync(
        "ChangeMessageVisibilityBatch", Batch(batch, entry => entry["VisibilityTimeout"] = (int)duration.TotalSeconds), CancellationToken.None);

    private JsonObject Batch(ReceivedMessage[] letters, Action<JsonObject> complete)
    {
        var entries = new JsonArray();
        foreach (var (index, letter) in letters.Index())
        {
            var entry = new JsonObject { ["Id"] = index.ToString(CultureInfo.InvariantCulture), ["ReceiptHandle"] = letter.ReceiptHandle };
            complete(entry);
            entries.Add(entry);
        }

        return new JsonObject { ["QueueUrl"] = _queueUrl, ["Entries"] = entries };
    }
}
