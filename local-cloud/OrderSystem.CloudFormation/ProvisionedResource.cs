namespace OrderSystem.CloudFormation;

/// <summary>The values of <c>Ref</c> and <c>GetAtt</c> for a resource.</summary>
/// <param name="Ref">The physical id of the resource.</param>
/// <param name="Attributes">The attributes of the resource, by name.</param>
public sealed record ProvisionedResource(string Ref, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Returns the value of an attribute; null if the resource does not have it.</summary>
    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);

    /// <summary>
    /// Creates placeholder values for a resource that is not provisioned locally, such as a role, so that other resources
    /// can refer to it.
    /// </summary>
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
        return new ProvisionedResource(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, [$"{type.Split("::")[^1]}Arn"] = arn });
    }
}
