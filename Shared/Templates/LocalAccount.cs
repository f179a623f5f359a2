namespace OrderSystem.Templates;

/// <summary>The account that stands in every ARN outside of AWS.</summary>
internal static class LocalAccount
{
    public const string Id = "000000000000";
}
