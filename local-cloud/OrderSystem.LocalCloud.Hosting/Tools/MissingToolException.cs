namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>Something that this machine lacks; the message says what it is and how to get it, in one line.</summary>
internal sealed class MissingToolException(string message, Exception? inner = null) : Exception(message, inner);
