namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// A program is not installed on this machine. The message says in one line which program is missing and how to
/// install it.
/// </summary>
internal sealed class MissingToolException(string message, Exception? inner = null) : Exception(message, inner);
