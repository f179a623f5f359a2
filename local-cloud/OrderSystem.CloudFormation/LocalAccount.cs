namespace OrderSystem.CloudFormation;

/// <summary>The account that stands in every ARN outside of AWS.</summary>
public static class LocalAccount
{
    public const string Id = "000000000000";
}
