namespace OrderSystem.Core.Orders;

/// <summary>A store can't be reached or is overloaded; the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string message, Exception innerException) : Exception(message, innerException);
