namespace OrderSystem.Core.Payments;

/// <summary>An order is to be charged, and its payment token is gone.</summary>
public sealed class PaymentTokenMissingException(string message) : Exception(message);
