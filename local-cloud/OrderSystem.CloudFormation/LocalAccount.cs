namespace OrderSystem.CloudFormation;

/// <summary>The AWS account id that all ARNs of the local cloud contain.</summary>
public static class LocalAccount
{
    public const string Id = "000000000000";
}
