namespace OrderSystem.Sqlite.Files;

/// <summary>Files and folders for the user alone who runs the program. On Windows, what lies in a user's folder is that already.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Creates a folder, and those above it that are missing. An existing one keeps its mode: it may be for more than this program.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // The mode is for the last folder only: those above it would get the usual one.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            CreateFolder(parent);
        Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Creates a folder of this program's own, whose mode is set even if it exists.</summary>
    public static void CreateOwnFolder(string path)
    {
        CreateFolder(path);
        Restrict(path, FolderMode);
    }

    /// <summary>Opens a file, and creates it if it is missing.</summary>
    public static FileStream Open(string path, System.IO.FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        var file = new FileStream(path, options);
        Restrict(path);
        return file;
    }

    /// <summary>Creates an empty file if it is missing, for a library to write that would give it the usual mode.</summary>
    public static void Create(string path) => Open(path, System.IO.FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();

    /// <summary>Takes a file from everyone else, such as one that an earlier version wrote; one that is missing stays so.</summary>
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
            // Another user's file, lent to this one: not ours to change.
        }
    }
}
