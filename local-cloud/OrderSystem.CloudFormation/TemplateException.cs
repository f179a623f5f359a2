namespace OrderSystem.CloudFormation;

/// <summary>The template cannot be provisioned; the message says where and what to mend.</summary>
public sealed class TemplateException(string message, Exception? inner = null) : Exception(message, inner);
