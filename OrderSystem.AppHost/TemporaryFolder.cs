namespace OrderSystem.AppHost;

/// <summary>
/// A folder for the temporary data of one AppHost run. The folder is created when <see cref="Path"/> is first read;
/// <see cref="Dispose"/> deletes the folder and its contents.
/// </summary>
/// <param name="prefix">The prefix of the folder's name.</param>
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
            // A process that could not be stopped still uses a file in the folder. The operating system deletes old
            // temporary folders later.
        }
    }
}
