using OrderSystem.CloudFormation;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Reads and writes files in local folders that represent S3 buckets: <c>FOLDER/bucket/key</c>.</summary>
internal sealed class LocalObjects(LocalCloudOptions options)
{
    private static readonly EnumerationOptions WithoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Reads an object of a bucket.</summary>
    /// <exception cref="StatesErrorException">The object does not exist.</exception>
    public async ValueTask<byte[]> ReadAsync(string bucket, string key, string error, CancellationToken cancellationToken)
    {
        var path = PathOf(bucket, key, error);
        return File.Exists(path)
            ? await File.ReadAllBytesAsync(path, cancellationToken)
            : throw new StatesErrorException(error, $"The specified key does not exist: s3://{bucket}/{key} is the local file {path}");
    }

    /// <summary>Lists the objects in a bucket whose keys start with a prefix, ordered by key.</summary>
    public IReadOnlyList<(string Key, FileInfo File)> List(string bucket, string prefix, string error)
    {
        var folder = new DirectoryInfo(PathOf(bucket, "", error));
        if (!folder.Exists)
            throw new StatesErrorException(error, $"The specified bucket does not exist: s3://{bucket} is the local folder {folder.FullName}");
        return [.. folder.EnumerateFiles("*", WithoutLinks)
            .Select(file => (Key: Path.GetRelativePath(folder.FullName, file.FullName).Replace('\\', '/'), File: file))
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    /// <summary>Writes an object to a bucket.</summary>
    public async ValueTask WriteAsync(string bucket, string key, ReadOnlyMemory<byte> content, string error, CancellationToken cancellationToken)
    {
        var path = PathOf(bucket, key, error);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, cancellationToken);
    }

    private string PathOf(string bucket, string key, string error)
    {
        var root = options.ObjectsDirectory ?? throw new StatesErrorException(error, "S3 is not available locally: set LOCAL_S3_DIRECTORY to a folder with a subfolder for each bucket");
        return IsOneFolder(bucket) && ContainedPath.Resolve(root, bucket) is { } folder && ContainedPath.Resolve(folder, key) is { } path
            ? path
            : throw new StatesErrorException(error, $"s3://{bucket}/{key} is outside the bucket");
    }

    private static bool IsOneFolder(string bucket) => bucket is not ("" or "." or "..") && bucket.IndexOfAny(['/', '\\']) < 0;
}
