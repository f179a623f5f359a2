using System.CommandLine;
using System.CommandLine.Parsing;
using OrderSystem.CloudFormation;
using OrderSystem.DeadLetters;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>The program's root command: runs the local cloud.</summary>
internal static class LocalCloudCommand
{
    public static RootCommand Create()
    {
        var defaults = LocalCloudOptions.FromEnvironment();
        var port = new Option<int>("--port") { Description = "The port on the loopback address", DefaultValueFactory = _ => defaults.Port };
        port.Validators.Add(InPortRange);
        var template = new Option<FileInfo>("--template") { Description = "The CloudFormation template to provision from; omit it to start empty" };
        template.AcceptExistingOnly();
        var stackName = new Option<string>("--stack-name") { Description = "The stack's name, AWS::StackName in the template", DefaultValueFactory = _ => defaults.StackName };
        var data = new Option<DirectoryInfo>("--data") { Description = "Keeps state in this folder between runs; omit it to keep state in memory" };
        var allowedHosts = new Option<string>("--allowed-hosts") { Description = "Host names to accept besides loopback names, separated by semicolons, such as host.docker.internal for containers" };
        var parameters = new Option<string[]>("--parameter") { Description = "A parameter of the template, as NAME=VALUE; repeatable" };
        parameters.Validators.Add(AreAssignments);
        var timeScale = CreateTimeScale();
        var retainedExecutions = new Option<int>("--retained-executions")
        {
            Description = "The number of closed Step Functions executions to keep in memory",
            DefaultValueFactory = _ =>
            defaults.RetainedExecutions
        };
        var retainedMegabytes = new Option<int>("--retained-megabytes")
        {
            Description = "The approximate memory limit for closed executions, in megabytes",
            DefaultValueFactory = _ =>
            (int)(defaults.RetainedBytes / LocalCloudOptions.Megabyte)
        };
        retainedExecutions.Validators.Add(IsNotNegative);
        retainedMegabytes.Validators.Add(IsNotNegative);

        var command = new RootCommand("Runs AWS services on one port: Lambda, event source mappings, Step Functions, SQS.")
        {
            port, allowedHosts, template, stackName, parameters, data, timeScale, retainedExecutions, retainedMegabytes,
        };
        command.Subcommands.Add(DlqCommand.Complete(
            new Command("dlq", "Lists, shows, redrives and deletes dead-letter messages"), DlqSettings.FromEnvironment($"{defaults.StackName}-dead-letters")));
        command.Subcommands.Add(JsonataCommand.Create());
        command.Subcommands.Add(RunCommand.Create());
        command.Subcommands.Add(ValidateCommand.Create());
        command.SetAction((result, cancellationToken) => RunAsync(
            defaults with
            {
                Port = result.GetValue(port),
                AllowedHosts = result.GetValue(allowedHosts),
                TemplatePath = result.GetValue(template)?.FullName,
                StackName = result.GetRequiredValue(stackName),
                Parameters = (result.GetValue(parameters) ?? []).Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
                DataDirectory = result.GetValue(data)?.FullName,
                TimeScale = result.GetValue(timeScale),
                RetainedExecutions = result.GetValue(retainedExecutions),
                RetainedBytes = result.GetValue(retainedMegabytes) * LocalCloudOptions.Megabyte,
            },
            cancellationToken));
        return command;
    }

    /// <summary>Creates the <c>--time-scale</c> option for the commands that run state machines.</summary>
    internal static Option<double> CreateTimeScale()
    {
        var option = new Option<double>("--time-scale")
        {
            Description = "The factor for waits, timeouts and retry intervals of state machines, such as 0.01",
            DefaultValueFactory = _ => 1,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
                result.AddError("--time-scale must be between 0 (no waits) and 1.");
        });
        return option;
    }

    private static async Task<int> RunAsync(LocalCloudOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await LocalCloudHost.RunAsync(options, cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception error) when (error is TemplateException or IOException or UnauthorizedAccessException or InvalidOperationException or AwsServiceException)
        {
            await Console.Error.WriteLineAsync($"local-cloud: {error.Message}");
            return 1;
        }
    }

    private static void InPortRange(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is < 0 or > 65535)
            result.AddError("--port must be between 0 (any free port) and 65535.");
    }

    private static void IsNotNegative(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() < 0)
            result.AddError($"{result.Option.Name} must not be negative.");
    }

    private static void AreAssignments(OptionResult result)
    {
        if (result.Tokens.FirstOrDefault(token => !token.Value.Contains('=', StringComparison.Ordinal)) is { } token)
            result.AddError($"--parameter must be NAME=VALUE, not '{token.Value}'.");
    }
}
