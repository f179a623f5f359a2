namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>A program is not installed on this machine. The message says in one line which program, and how to get it.</summary>
internal sealed class MissingToolException(string message, Exception? inner = null) : Exception(message, inner);
