using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.DeadLetters;

/// <summary>The dead-letter queue as people see it: a numbered list, oldest first. A queue can't be browsed, so its messages are received and given back.</summary>
internal sealed class DeadLetterBox(AwsClient aws, string queueUrl)
{
    /// <summary>How long a message stays hidden when this program dies before it gives it back.</summary>
    private const int HoldSeconds = 120;

    public static async Task<DeadLetterBox> OpenAsync(AwsClient aws, string queueName, CancellationToken cancellationToken)
    {
        var answer = await aws.SqsAsync("GetQueueUrl", new JsonObject { ["QueueName"] = queueName }, cancellationToken);
        return new DeadLetterBox(aws, (string)answer["QueueUrl"]!);
    }

    /// <summary>Takes every letter that nobody else has.</summary>
    public async Task<IReadOnlyList<DeadLetter>> TakeAllAsync(CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        for (var empty = 0; empty < 2;)
        {
            var answer = await aws.SqsAsync("ReceiveMessage", new JsonObject
            {
                ["QueueUrl"] = queueUrl,
                ["MaxNumberOfMessages"] = 10,
                ["VisibilityTimeout"] = HoldSeconds,
                ["WaitTimeSeconds"] = 0,
                ["AttributeNames"] = new JsonArray("All"),
                ["MessageSystemAttributeNames"] = new JsonArray("All"),
            }, cancellationToken);
            var messages = answer["Messages"]?.AsArray() ?? [];
            // A short poll of the real SQS asks some of its servers only: one empty answer is not yet the end.
            empty = messages.Count == 0 ? empty + 1 : 0;
            letters.AddRange(messages.Select(message => DeadLetter.Read(message!)));
        }

        // A letter keeps its number from one list to the next, also beside one of the same millisecond.
        return [.. letters.OrderBy(letter => letter.SentAt).ThenBy(letter => letter.What, StringComparer.Ordinal).ThenBy(letter => letter.Body, StringComparer.Ordinal)];
    }

    public Task GiveBackAsync(DeadLetter letter) => HoldAsync(letter, TimeSpan.Zero);

    /// <summary>Keeps a letter from everybody else for so long from now.</summary>
    public Task HoldAsync(DeadLetter letter, TimeSpan duration) => aws.SqsAsync(
        "ChangeMessageVisibility",
        new JsonObject { ["QueueUrl"] = queueUrl, ["ReceiptHandle"] = letter.ReceiptHandle, ["VisibilityTimeout"] = (int)duration.TotalSeconds },
        CancellationToken.None);

    public Task RemoveAsync(DeadLetter letter) => aws.SqsAsync(
        "DeleteMessage", new JsonObject { ["QueueUrl"] = queueUrl, ["ReceiptHandle"] = letter.ReceiptHandle }, CancellationToken.None);
}
