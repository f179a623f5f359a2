namespace OrderSystem.Core.Orders;

/// <summary>A validation error in an order or a request.</summary>
/// <param name="Path">The path of the invalid value, such as <c>lines[0].quantity</c>; empty for the document itself.</param>
/// <param name="Message">The error message, worded so that it can follow the path, such as <c>must be a string</c>.</param>
public sealed record Fault(string Path, string Message);
