namespace OrderSystem.LocalCloud.Hosting;

/// <summary>The address of this process, known when it listens.</summary>
public sealed class ListeningAddress
{
    private Uri? _uri;

    /// <summary>The base address on the loopback interface.</summary>
    /// <exception cref="InvalidOperationException">The server does not listen yet.</exception>
    public Uri Uri
    {
        get => _uri ?? throw new InvalidOperationException("The server does not listen yet.");
        internal set => _uri = value;
    }
}
