using System.Globalization;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>The attributes that can be set on a queue. See "SetQueueAttributes" in the SQS API Reference.</summary>
internal sealed record QueueAttributes
{
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan RetentionPeriod { get; init; } = TimeSpan.FromDays(4);

    public TimeSpan ReceiveWaitTime { get; init; } = TimeSpan.Zero;

    public int MaximumMessageSize { get; init; } = 1024 * 1024;

    /// <summary>The redrive policy, as the JSON text that the client set; null if none is set.</summary>
    public string? RedrivePolicy { get; init; }

    public string? DeadLetterTargetArn { get; init; }

    public int MaxReceiveCount { get; init; }

    /// <summary>The access policy, as the JSON text that the client set; null if none is set. LocalCloud does not enforce it.</summary>
    public string? Policy { get; init; }

    /// <summary>The redrive allow policy, as the JSON text that the client set; null if none is set.</summary>
    public string? RedriveAllowPolicy { get; init; }

    /// <summary>The key for encryption with KMS; null if none is set. LocalCloud does not encrypt messages.</summary>
    public string? KmsMasterKeyId { get; init; }

    public TimeSpan? KmsDataKeyReusePeriod { get; init; }

    /// <summary>Whether SQS encrypts the messages with its own key; null to encrypt them unless a KMS key is set.</summary>
    public bool? IsEncryptedBySqs { get; init; }

    /// <summary>Returns a copy with the given attributes set. The attributes are named as in the SQS API.</summary>
    /// <exception cref="AwsServiceException">A name or a value is invalid.</exception>
    public QueueAttributes With(IEnumerable<KeyValuePair<string, string>> values) => values.Aggregate(this, (attributes, value) => attributes.With(value.Key, value.Value));

    private QueueAttributes With(string name, string value) => name switch
    {
        "DelaySeconds" => this with { Delay = Seconds(name, value, 0, 900) },
        "VisibilityTimeout" => this with { VisibilityTimeout = Seconds(name, value, 0, 43_200) },
        "MessageRetentionPeriod" => this with { RetentionPeriod = Seconds(name, value, 60, 1_209_600) },
        "ReceiveMessageWaitTimeSeconds" => this with { ReceiveWaitTime = Seconds(name, value, 0, 20) },
        "MaximumMessageSize" => this with { MaximumMessageSize = Number(name, value, 1024, 1024 * 1024) },
        "RedrivePolicy" => WithRedrivePolicy(value),
        "Policy" => this with { Policy = Json(name, value) },
        "RedriveAllowPolicy" => this with { RedriveAllowPolicy = Json(name, value) },
        "KmsMasterKeyId" => this with { KmsMasterKeyId = value.Length == 0 ? null : value, IsEncryptedBySqs = value.Length == 0 ? IsEncryptedBySqs : false },
        "KmsDataKeyReusePeriodSeconds" => this with { KmsDataKeyReusePeriod = Seconds(name, value, 60, 86_400) },
        "SqsManagedSseEnabled" => this with { IsEncryptedBySqs = bool.TryParse(value, out var enabled) ? enabled : throw Refused(name, value) },
        "DeduplicationScope" or "FifoThroughputLimit" => throw new AwsServiceException("InvalidAttributeName", $"You can specify the {name} only when FifoQueue is set to true."),
        _ => throw new AwsServiceException("InvalidAttributeName", $"Unknown Attribute {name}."),
    };

    private QueueAttributes WithRedrivePolicy(string value)
    {
        if (value.Length == 0)
            return this with { RedrivePolicy = null, DeadLetterTargetArn = null, MaxReceiveCount = 0 };
        try
        {
            using var policy = JsonDocument.Parse(value);
            var target = policy.RootElement.GetProperty("deadLetterTargetArn").GetString();
            var count = policy.RootElement.GetProperty("maxReceiveCount");
            return this with
            {
                RedrivePolicy = value,
                DeadLetterTargetArn = target,
                MaxReceiveCount = Number("maxReceiveCount", count.ToString(), 1, 1000),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Refused("RedrivePolicy", value);
        }
    }

    private static string? Json(string name, string value)
    {
        if (value.Length == 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.ValueKind == JsonValueKind.Object ? value : throw Refused(name, value);
        }
        catch (JsonException)
        {
            throw Refused(name, value);
        }
    }

    private static TimeSpan Seconds(string name, string value, int minimum, int maximum) => TimeSpan.FromSeconds(Number(name, value, minimum, maximum));

    private static int Number(string name, string value, int minimum, int maximum) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw Refused(name, value);

    private static AwsServiceException Refused(string name, string value) =>
        new("InvalidAttributeValue", $"Invalid value '{value}' for the parameter {name}.");
}
