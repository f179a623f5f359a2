namespace OrderSystem.LocalCloud.Hosting;

/// <summary>The address at which this process listens, available once the server has started.</summary>
public sealed class ListeningAddress
{
    private Uri? _uri;

    /// <summary>The base address on the loopback interface.</summary>
    /// <exception cref="InvalidOperationException">The server is not listening yet.</exception>
    public Uri Uri
    {
        get => _uri ?? throw new InvalidOperationException("The server is not listening yet.");
        internal set => _uri = value;
    }
}
