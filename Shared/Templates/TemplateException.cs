namespace OrderSystem.Templates;

/// <summary>The template cannot be provisioned; the message says where and what to mend.</summary>
internal sealed class TemplateException(string message, Exception? inner = null) : Exception(message, inner);
