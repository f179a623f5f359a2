namespace OrderSystem.CloudFormation;

/// <summary>The template cannot be provisioned. The message says what to fix in the template, and where.</summary>
public sealed class TemplateException(string message, Exception? inner = null) : Exception(message, inner);
