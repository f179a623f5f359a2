using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>Provisions <c>AWS::SQS::Queue</c>.</summary>
internal sealed class QueueProvisioner(QueueRegistry queues) : IResourceProvisioner
{
    private static readonly string[] Names = ["DelaySeconds", "VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "MaximumMessageSize"];

    public string Type => "AWS::SQS::Queue";

    public Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var values = Names
            .Select(name => KeyValuePair.Create(name, declaration.String(name)))
            .Where(value => value.Value is not null)
            .Select(value => KeyValuePair.Create(value.Key, value.Value!))
            .ToList();
        if (declaration["RedrivePolicy"] is { } policy)
            values.Add(KeyValuePair.Create("RedrivePolicy", policy.ToJsonString()));
        var queue = queues.CreateOrUpdate(declaration.Name("QueueName"), new QueueAttributes().With(values));
        var url = queues.Url(queue.Name);
        return Task.FromResult(new ProvisionedResource(url, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Arn"] = queue.Arn,
            ["QueueName"] = queue.Name,
            ["QueueUrl"] = url,
        }));
    }
}
