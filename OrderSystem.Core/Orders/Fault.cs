namespace OrderSystem.Core.Orders;

/// <summary>One validation error of an order or a request.</summary>
/// <param name="Path">The path of the invalid value, such as <c>lines[0].quantity</c>; empty for the document itself.</param>
/// <param name="Message">The rule that the value must meet.</param>
public sealed record Fault(string Path, string Message);
