using System.Diagnostics;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>
/// A PostgreSQL server with its data in a temporary folder. Clients reach the server through a socket in the same folder.
/// Every commit is synced to disk, which is PostgreSQL's default; the other settings are tuned for the benchmark's load.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Superuser = "postgres";
    private const string Settings = "-c listen_addresses= -c fsync=on -c synchronous_commit=on -c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=200";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly string _programs = FindPrograms();

    private PostgresServer()
    {
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer();
        try
        {
            if (IsRoot)
                await RunAsync("chown", [Superuser, server._folder.FullName], cancellationToken);
            await server.RunAsync("initdb", cancellationToken, "-D", server.Data, "-A", "trust", "-U", Superuser, "--no-locale", "-E", "UTF8");
            await server.RunAsync("pg_ctl", cancellationToken, "-D", server.Data, "-w", "-l", Path.Combine(server._folder.FullName, "log"), "-o",
                $"{Settings} -c unix_socket_directories={server._folder.FullName}", "start");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await RunAsync("createdb", cancellationToken, "-h", _folder.FullName, "-U", Superuser, name);
        return $"Host={_folder.FullName};Username={Superuser};Database={name};Minimum Pool Size=32;Maximum Pool Size=100;Max Auto Prepare=100";
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await RunAsync("pg_ctl", CancellationToken.None, "-D", Data, "-w", "-m", "immediate", "stop");
        _folder.Delete(recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string FindPrograms()
    {
        var places = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin")) : [];
        return places.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("PostgreSQL was not found. Install it (on Debian: apt-get install postgresql) and run this command again.");
    }

    // PostgreSQL refuses to run as root.
    private Task RunAsync(string program, CancellationToken cancellationToken, params string[] arguments) => IsRoot
        ? RunAsync("runuser", ["-u", Superuser, "--", Path.Combine(_programs, program), .. arguments], cancellationToken)
        : RunAsync(Path.Combine(_programs, program), arguments, cancellationToken);

    private static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() })
            ?? throw new InvalidOperationException($"{program} could not be started.");
        // Do not wait for the end of pg_ctl's output: the server that it starts inherits the output and keeps it open.
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} exited with {process.ExitCode}.");
    }
}
