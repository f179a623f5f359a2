using System.Globalization;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>Describes a queue by its attributes, as <c>GetQueueAttributes</c> returns them.</summary>
internal static class QueueDescription
{
    /// <summary>The attributes that a queue has only if a client has set them.</summary>
    public static readonly HashSet<string> Optional = ["RedrivePolicy", "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy"];

    /// <summary>All attributes of a queue, by name.</summary>
    public static Dictionary<string, string> Of(MessageQueue queue)
    {
        var (visible, inFlight, delayed) = queue.Count();
        var attributes = queue.Attributes;
        var created = queue.CreatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var described = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = Text(visible),
            ["ApproximateNumberOfMessagesNotVisible"] = Text(inFlight),
            ["ApproximateNumberOfMessagesDelayed"] = Text(delayed),
            ["CreatedTimestamp"] = created,
            ["LastModifiedTimestamp"] = created,
            ["VisibilityTimeout"] = Text(attributes.VisibilityTimeout),
            ["MaximumMessageSize"] = Text(attributes.MaximumMessageSize),
            ["MessageRetentionPeriod"] = Text(attributes.RetentionPeriod),
            ["DelaySeconds"] = Text(attributes.Delay),
            ["ReceiveMessageWaitTimeSeconds"] = Text(attributes.ReceiveWaitTime),
            ["SqsManagedSseEnabled"] = attributes.IsEncryptedBySqs ?? true ? "true" : "false",
        };
        foreach (var (name, value) in new[]
        {
            ("RedrivePolicy", attributes.RedrivePolicy),
            ("RedriveAllowPolicy", attributes.RedriveAllowPolicy),
            ("Policy", attributes.Policy),
            ("KmsMasterKeyId", attributes.KmsMasterKeyId),
            ("KmsDataKeyReusePeriodSeconds", attributes.KmsDataKeyReusePeriod is { } period ? Text(period) : null),
        })
        {
            if (value is not null)
                described[name] = value;
        }

        return described;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan duration) => ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
