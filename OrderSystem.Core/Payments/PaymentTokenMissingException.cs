namespace OrderSystem.Core.Payments;

/// <summary>An order can't be charged because its payment token is missing.</summary>
public sealed class PaymentTokenMissingException(string message) : Exception(message);
