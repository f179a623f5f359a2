namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>This machine lacks a program; the message says in one line which and how to get it.</summary>
internal sealed class MissingToolException(string message, Exception? inner = null) : Exception(message, inner);
