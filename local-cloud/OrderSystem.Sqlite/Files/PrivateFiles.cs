namespace OrderSystem.Sqlite.Files;

/// <summary>
/// Creates files and folders that only the current user can access. On Windows, this class sets no permissions, because a user's
/// profile folder is already private.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>
    /// Creates a folder and its missing parents. An existing folder keeps its mode, because other programs may use it.
    /// </summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // CreateDirectory sets the mode of the last folder only, so create missing parents one by one.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            CreateFolder(parent);
        Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>
    /// Creates a folder that only this program uses. If the folder exists, other users' access to it is removed.
    /// </summary>
    public static void CreateOwnFolder(string path)
    {
        CreateFolder(path);
        Restrict(path, FolderMode);
    }

    /// <summary>Opens or creates a file, and removes other users' access to it.</summary>
    public static FileStream Open(string path, System.IO.FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        var file = new FileStream(path, options);
        Restrict(path);
        return file;
    }

    /// <summary>
    /// Creates an empty file if the file is missing. Call this method before a library creates the file, because the library
    /// would use the default file mode.
    /// </summary>
    public static void Create(string path) => Open(path, System.IO.FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();

    /// <summary>Removes other users' access to a file that exists, for example a file that an earlier version created.</summary>
    public static void Restrict(string path) => Restrict(path, FileMode);

    private static void Restrict(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows() || !Path.Exists(path) || (File.GetUnixFileMode(path) & ~mode) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & mode);
        }
        catch (UnauthorizedAccessException)
        {
            // The file belongs to another user, so its mode can't be changed.
        }
    }
}
