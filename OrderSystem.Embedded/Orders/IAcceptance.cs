namespace OrderSystem.Embedded.Orders;

/// <summary>Decides whether new orders are accepted.</summary>
public interface IAcceptance
{
    /// <summary>Returns why new orders are refused now; null if they are accepted.</summary>
    string? Refusal();
}
