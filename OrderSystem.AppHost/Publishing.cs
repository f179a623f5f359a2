using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderSystem.AppHost;

/// <summary>Implements <c>aspire publish</c> and <c>aspire deploy</c> with the scripts in <c>deploy/</c>.</summary>
internal static class Publishing
{
    private const string Package = "package-functions";
    private const string Deploy = "deploy-stack";
    private const string Question = "[y/N] ";

    /// <summary>
    /// Adds two pipeline steps. One step packages the functions and writes the packaged template. The other step shows
    /// a stack's change set and, after a confirmation, executes the change set.
    /// </summary>
    public static void AddPublishing(this IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        var scripts = Path.GetFullPath("../deploy", builder.AppHostDirectory);
        builder.Pipeline.AddStep(new PipelineStep
        {
            Name = Package,
            Description = "Packages the Lambda functions and writes the template that refers to the packages (deploy/package.sh).",
            RequiredBySteps = [WellKnownPipelineSteps.Publish],
            Action = async context =>
            {
                var output = context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory();
                await RunAsync(context, scripts, "package.sh", "--output", output);
                context.Summary.Add("Packages and template", output);
            },
        });
        builder.Pipeline.AddStep(new PipelineStep
        {
            Name = Deploy,
            Description = "Uploads the packages, shows the stack's change set and executes it after a confirmation (deploy/deploy.sh).",
            RequiredBySteps = [WellKnownPipelineSteps.Deploy],
            Action = context => DeployAsync(context, scripts, settings),
        });
    }

    private static async Task DeployAsync(PipelineStepContext context, string scripts, AppHostSettings settings)
    {
        var bucket = settings.Bucket
            ?? throw new DistributedApplicationException(
                "aspire deploy needs an S3 bucket for the packages. Name it with -- --bucket NAME, or as OrderSystem:Bucket in the configuration. To create one: aws s3 mb s3://NAME");
        var output = context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory();
        List<string> arguments = ["--stack-name", settings.Stack, "--s3-bucket", bucket, "--output", output];
        if (settings.ParametersFile is { } parameters)
            arguments.AddRange(["--parameters", parameters]);

        var answer = "no";
        if (settings.Yes)
            arguments.Add("--yes");
        var exitCode = await RunScriptAsync(context, scripts, "deploy.sh", arguments, async () => answer = await IsConfirmedAsync(context, settings) ? "yes" : "no");
        if (exitCode == 0)
            context.Summary.Add(settings.Stack, "deployed");
        else if (answer == "no" && !settings.Yes)
            context.Summary.Add(settings.Stack, "nothing was changed");
        else
            throw new DistributedApplicationException($"deploy.sh exited with code {exitCode}; its output contains the reason.");
    }

    private static async Task<bool> IsConfirmedAsync(PipelineStepContext context, AppHostSettings settings)
    {
        var interaction = context.Services.GetRequiredService<IInteractionService>();
        if (interaction.IsAvailable)
        {
            // Do not use PromptConfirmationAsync: in a pipeline, the Aspire CLI never shows the question that this
            // method asks.
            var question = new InteractionInput { Name = "execute", Label = $"Execute the changes of {settings.Stack}?", InputType = InputType.Boolean, Value = "false" };
            return await interaction.PromptInputAsync("Deploy", null, question, cancellationToken: context.CancellationToken) is { Canceled: false, Data.Value: { } answer } && bool.TryParse(answer, out var confirmed) && confirmed;
        }

        context.ReportingStep.Log(LogLevel.Warning, "The change set is not executed, because it can't be confirmed here. To execute it without a confirmation, pass -- --yes.");
        return false;
    }

    private static async Task RunAsync(PipelineStepContext context, string scripts, string script, params IEnumerable<string> arguments)
    {
        var exitCode = await RunScriptAsync(context, scripts, script, arguments, () => Task.FromResult("no"));
        if (exitCode != 0)
            throw new DistributedApplicationException($"{script} exited with code {exitCode}; its output contains the reason.");
    }

    /// <summary>Runs a script, relays its output line by line, and answers the question that the script asks.</summary>
    private static async Task<int> RunScriptAsync(PipelineStepContext context, string scripts, string script, IEnumerable<string> arguments, Func<Task<string>> answer)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(scripts, script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Start(start);
        try
        {
            await Task.WhenAll(RelayAsync(process.StandardOutput), RelayAsync(process.StandardError));
            await process.WaitForExitAsync(context.CancellationToken);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        async Task RelayAsync(StreamReader output)
        {
            var line = new StringBuilder();
            var character = new char[1];
            while (await output.ReadAsync(character, context.CancellationToken) > 0)
            {
                if (character[0] == '\n')
                {
                    context.ReportingStep.Log(LogLevel.Information, line.ToString());
                    line.Clear();
                    continue;
                }

                line.Append(character[0]);
                // The script's question is at the end of its output so far, without a line break.
                if (character[0] == Question[^1] && line.ToString().EndsWith(Question, StringComparison.Ordinal))
                {
                    await process.StandardInput.WriteLineAsync(await answer());
                    await process.StandardInput.FlushAsync(context.CancellationToken);
                }
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new DistributedApplicationException("The scripts in deploy/ need bash, which is not installed. On Windows, run the AppHost in WSL.", error);
        }
    }
}
