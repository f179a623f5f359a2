namespace OrderSystem.AppHost;

/// <summary>A folder for the data of one run. It is created when its path is first read, and deleted with everything in it at the end.</summary>
/// <param name="prefix">The start of the folder's name.</param>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    private DirectoryInfo? _folder;

    /// <summary>The folder's full path. Only the current user may read the folder.</summary>
    public string Path => (_folder ??= Directory.CreateTempSubdirectory(prefix)).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _folder?.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process that could not be stopped still uses a file. The operating system clears its temporary folder later.
        }
    }
}
