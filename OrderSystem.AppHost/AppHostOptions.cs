using System.CommandLine;
using System.Globalization;

namespace OrderSystem.AppHost;

/// <summary>What the command line asks for.</summary>
public sealed record AppHostOptions
{
    /// <summary>Where DynamoDB's tables and LocalCloud's state are kept between runs; null keeps both in memory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The cloud that was asked for; null leaves it to what the machine has.</summary>
    public Cloud? Cloud { get; init; }

    /// <summary>Whether to run without the dashboard.</summary>
    public bool NoDashboard { get; init; }

    /// <summary>Whether to hush what the processes log.</summary>
    public bool Quiet { get; init; }

    /// <summary>The ports, as the command line moved them.</summary>
    public Ports Ports { get; init; } = new();

    /// <summary>Ctrl+C and SIGTERM leave time to stop every process in order; the default of two seconds would orphan some.</summary>
    public static InvocationConfiguration Invocation { get; } = new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>Builds the command; <paramref name="run"/> receives the options and returns the exit code.</summary>
    public static RootCommand CreateCommand(Func<AppHostOptions, CancellationToken, Task<int>> run)
    {
        var data = new Option<DirectoryInfo?>("--data") { Description = "Keep the tables and the local cloud's state in this folder between runs (default: in memory)", HelpName = "DIR" };
        var cloud = new Option<Cloud?>("--cloud") { Description = "local: AWS's services in processes of their own, with Docker or Java. embedded: the whole pipeline in the API's process, on SQLite (default: local where Docker or Java is there)" };
        var noDashboard = new Option<bool>("--no-dashboard") { Description = "Run without the Aspire dashboard" };
        var quiet = new Option<bool>("--quiet") { Description = "Don't print what the processes log" };
        var port = new Option<string[]>("--port") { Description = $"Move a port, as NAME=NUMBER; names: {string.Join(", ", Ports.Names)}", HelpName = "NAME=NUMBER", DefaultValueFactory = _ => [] };
        port.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Ports.TryMove(new Ports(), token.Value, out _)))
                result.AddError($"--port {token.Value}: give NAME=NUMBER, NAME one of {string.Join(", ", Ports.Names)}, NUMBER from 1 to 65535.");
        });

        var command = new RootCommand("Runs the whole order pipeline on this machine: API, tables, stream, functions, workflow, dashboard.") { data, cloud, noDashboard, quiet, port };
        command.SetAction((parsed, cancellationToken) => run(
            new AppHostOptions
            {
                DataDirectory = parsed.GetValue(data)?.FullName,
                Cloud = parsed.GetValue(cloud),
                NoDashboard = parsed.GetValue(noDashboard),
                Quiet = parsed.GetValue(quiet),
                Ports = parsed.GetRequiredValue(port).Aggregate(new Ports(), (ports, move) => Ports.TryMove(ports, move, out var moved) ? moved : ports),
            },
            cancellationToken));
        return command;
    }
}

/// <summary>The fixed addresses, all on the loopback interface.</summary>
public sealed record Ports
{
    /// <summary>The HTTP API.</summary>
    public int Api { get; init; } = 5080;

    /// <summary>LocalCloud, all services.</summary>
    public int LocalCloud { get; init; } = 4566;

    /// <summary>DynamoDB Local.</summary>
    public int DynamoDb { get; init; } = 8000;

    /// <summary>The dashboard's pages.</summary>
    public int Dashboard { get; init; } = 18888;

    /// <summary>The dashboard's OTLP endpoint, gRPC.</summary>
    public int OtlpGrpc { get; init; } = 4317;

    /// <summary>The dashboard's OTLP endpoint, HTTP.</summary>
    public int OtlpHttp { get; init; } = 4318;

    /// <summary>The names that <see cref="TryMove"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["api", "local-cloud", "dynamodb", "dashboard", "otlp-grpc", "otlp-http"];

    /// <summary>Applies one <c>NAME=NUMBER</c>; false where it doesn't name a port or a number.</summary>
    public static bool TryMove(Ports ports, string move, out Ports moved)
    {
        moved = ports;
        if (move.Split('=') is not [var name, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            return false;
        Ports? result = name switch
        {
            "api" => ports with { Api = number },
            "local-cloud" => ports with { LocalCloud = number },
            "dynamodb" => ports with { DynamoDb = number },
            "dashboard" => ports with { Dashboard = number },
            "otlp-grpc" => ports with { OtlpGrpc = number },
            "otlp-http" => ports with { OtlpHttp = number },
            _ => null,
        };
        moved = result ?? ports;
        return result is not null;
    }
}
