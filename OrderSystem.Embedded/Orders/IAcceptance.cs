namespace OrderSystem.Embedded.Orders;

/// <summary>Whether new orders may come in.</summary>
public interface IAcceptance
{
    /// <summary>Why none may now; null while they may.</summary>
    string? Refusal();
}
