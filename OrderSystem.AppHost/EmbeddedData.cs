namespace OrderSystem.AppHost;

/// <summary>The folder of the embedded cloud: the one asked for, else a new one that goes when this is disposed.</summary>
public sealed class EmbeddedData : IDisposable
{
    private readonly bool _temporary;

    /// <summary>Makes the folder.</summary>
    /// <param name="options">What was asked for.</param>
    public EmbeddedData(AppHostOptions options)
    {
        _temporary = options.DataDirectory is null;
        Folder = options.DataDirectory is { } data
            ? Directory.CreateDirectory(Path.Combine(data, "embedded")).FullName
            : Directory.CreateTempSubdirectory("order-system-").FullName;
    }

    /// <summary>The folder's path.</summary>
    public string Folder { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Folder, recursive: true);
    }
}
