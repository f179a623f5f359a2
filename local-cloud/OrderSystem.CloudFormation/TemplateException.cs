namespace OrderSystem.CloudFormation;

/// <summary>The template cannot be provisioned. The message says where and what to fix.</summary>
public sealed class TemplateException(string message, Exception? inner = null) : Exception(message, inner);
