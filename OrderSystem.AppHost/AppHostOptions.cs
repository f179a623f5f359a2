using System.CommandLine;
using OrderSystem.AppHost.Aws;

namespace OrderSystem.AppHost;

/// <summary>What the command line asks for.</summary>
public sealed record AppHostOptions
{
    /// <summary>Where DynamoDB's tables and LocalCloud's state are kept between runs; null keeps both in memory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The cloud that was asked for; null leaves it to what the machine has.</summary>
    public Cloud? Cloud { get; init; }

    /// <summary>The stack that <see cref="Cloud.Aws"/> runs against.</summary>
    public string Stack { get; init; } = AwsStack.DefaultName;

    /// <summary>The packaged template to bring that stack up to first; null takes the stack as it is.</summary>
    public string? Template { get; init; }

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
        var cloud = new Option<Cloud?>("--cloud") { Description = "local: AWS's services in processes of their own, with Docker or Java. embedded: the whole pipeline in the API's process, on SQLite. aws: the API here, on a stack in AWS (default: local where Docker or Java is there)" };
        var stack = new Option<string>("--stack") { Description = $"With --cloud aws: the stack (default: {AwsStack.DefaultName})", HelpName = "NAME", DefaultValueFactory = _ => AwsStack.DefaultName };
        var template = new Option<FileInfo?>("--template") { Description = "With --cloud aws, under Aspire: create or update the stack from this packaged template first (deploy/package.sh --s3-bucket makes it)", HelpName = "FILE" };
        var noDashboard = new Option<bool>("--no-dashboard") { Description = "Run without the Aspire dashboard" };
        var quiet = new Option<bool>("--quiet") { Description = "Don't print what the processes log" };
        var port = new Option<string[]>("--port") { Description = $"Move a port, as NAME=NUMBER; names: {string.Join(", ", Ports.Names)}", HelpName = "NAME=NUMBER", DefaultValueFactory = _ => [] };
        port.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Ports.TryMove(new Ports(), token.Value, out _)))
                result.AddError($"--port {token.Value}: give NAME=NUMBER, NAME one of {string.Join(", ", Ports.Names)}, NUMBER from 1 to 65535.");
        });

        var command = new RootCommand("Runs the whole order pipeline on this machine: API, tables, stream, functions, workflow, dashboard.") { data, cloud, stack, template, noDashboard, quiet, port };
        command.SetAction((parsed, cancellationToken) => run(
            new AppHostOptions
            {
                DataDirectory = parsed.GetValue(data)?.FullName,
                Cloud = parsed.GetValue(cloud),
                Stack = parsed.GetRequiredValue(stack),
                Template = parsed.GetValue(template)?.FullName,
                NoDashboard = parsed.GetValue(noDashboard),
                Quiet = parsed.GetValue(quiet),
                Ports = parsed.GetRequiredValue(port).Aggregate(new Ports(), (ports, move) => Ports.TryMove(ports, move, out var moved) ? moved : ports),
            },
            cancellationToken));
        return command;
    }
}
