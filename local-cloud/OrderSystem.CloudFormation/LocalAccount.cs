namespace OrderSystem.CloudFormation;

/// <summary>The account id in all local ARNs.</summary>
public static class LocalAccount
{
    public const string Id = "000000000000";
}
