using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderSystem.DeadLetters;

/// <summary>
/// The dead-letter queue as people see it: a numbered list, oldest first. A queue can't be browsed, so its messages are
/// received, kept from everybody else while this lives, and given back. Were this killed, they come back within a minute.
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

    /// <summary>Takes every letter that nobody else has.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> TakeAllAsync(CancellationToken cancellationToken)
    {
        // A short poll of the real SQS asks some of its servers only: one answer without news is not yet the end.
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
            // Only the handle of the latest receive is any good.
            foreach (var letter in letters)
                _held[letter.Id] = letter;
        }

        // A letter keeps its number from one list to the next, also beside one of the same millisecond.
        return [.. _held.Values.OrderBy(letter => letter.SentAt).ThenBy(letter => letter.Letter.What, StringComparer.Ordinal).ThenBy(letter => letter.Id, StringComparer.Ordinal)];
    }

    /// <summary>Whether a letter is still kept from everybody else.</summary>
    public bool Holds(ReceivedMessage letter) => _held.ContainsKey(letter.Id);

    /// <summary>Lets everybody have letters again.</summary>
    public async Task GiveBackAsync(IEnumerable<ReceivedMessage> letters)
    {
        foreach (var batch in letters.Chunk(BatchSize))
        {
            foreach (var letter in batch)
                _held.TryRemove(letter.Id, out _);
            await ChangeVisibilityAsync(batch, TimeSpan.Zero);
        }
    }

    /// <summary>Deletes letters.</summary>
    /// <returns>How many the queue did not delete.</returns>
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
            // A letter that can't be kept any longer is somebody else's by now.
            foreach (var failed in (await ChangeVisibilityAsync(batch, Hold))["Failed"]?.AsArray() ?? [])
                _held.TryRemove(batch[int.Parse((string)failed!["Id"]!, CultureInfo.InvariantCulture)].Id, out _);
        }
        catch (Exception error) when (error is HttpRequestException or AwsErrorException)
        {
            // It is held for two more times as long as it takes to come here again.
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
