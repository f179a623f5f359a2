namespace OrderSystem.CloudFormation;

/// <summary>What <c>Ref</c> and <c>GetAtt</c> say of a resource.</summary>
/// <param name="Ref">The physical id.</param>
/// <param name="Attributes">The attributes, by name.</param>
public sealed record ProvisionedResource(string Ref, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>An attribute; null if the resource lacks it.</summary>
    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);

    /// <summary>Stands for a resource that means nothing locally, such as a role, so that others may still name it.</summary>
    public static ProvisionedResource Stand(string logicalId, string type, string stackName, string region)
    {
        var name = $"{stackName}-{logicalId}";
        var arn = type switch
        {
            "AWS::IAM::Role" => $"arn:aws:iam::{LocalAccount.Id}:role/{name}",
            "AWS::SNS::Topic" => $"arn:aws:sns:{region}:{LocalAccount.Id}:{name}",
            _ => $"arn:aws:{type.Split("::").ElementAtOrDefault(1)?.ToLowerInvariant()}:{region}:{LocalAccount.Id}:{name}",
        };
        var id = type is "AWS::SNS::Topic" ? arn : name;
        return new ProvisionedResource(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, ["TopicArn"] = arn });
    }
}
