namespace OrderSystem.Core.Orders;

/// <summary>One thing that is wrong with an order, and what to mend.</summary>
/// <param name="Path">Where, as a path in the document, such as <c>lines[0].quantity</c>; empty for the document itself.</param>
/// <param name="Message">What is expected there.</param>
public sealed record Fault(string Path, string Message);
