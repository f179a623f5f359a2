using System.Diagnostics;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderSystem.AppHost;

/// <summary><c>aspire publish</c> and <c>aspire deploy</c>, by the scripts of <c>deploy/</c>.</summary>
internal static class Publishing
{
    private const string Package = "package-functions";
    private const string Deploy = "deploy-stack";

    /// <summary>
    /// Adds a step that packages the functions and writes the packaged template, and one that shows a stack's change set and
    /// executes it once a person says yes.
    /// </summary>
    public static void AddPublishing(this IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        var scripts = Path.GetFullPath("../deploy", builder.AppHostDirectory);
        builder.Pipeline.AddStep(new PipelineStep
        {
            Name = Package,
            Description = "Packages the Lambda functions and writes the template that names the packages (deploy/package.sh).",
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
            Description = "Uploads the packages, shows the stack's change set and executes it after a yes (deploy/deploy.sh).",
            RequiredBySteps = [WellKnownPipelineSteps.Deploy],
            Action = context => DeployAsync(context, scripts, settings),
        });
    }

    private static async Task DeployAsync(PipelineStepContext context, string scripts, AppHostSettings settings)
    {
        var bucket = settings.Bucket
            ?? throw new DistributedApplicationException("aspire deploy uploads the packages to a bucket: name it with -- --bucket NAME, or as Bucket in the configuration. To create one: aws s3 mb s3://NAME");
        List<string> arguments = ["--stack-name", settings.Stack, "--s3-bucket", bucket];
        if (settings.ParametersFile is { } parameters)
            arguments.AddRange(["--parameters", parameters]);

        // Without input the script shows the change set and withdraws it.
        var shown = await RunScriptAsync(context, scripts, "deploy.sh", arguments);
        if (shown.ExitCode == 0)
            return;
        if (!shown.HasChanges)
            throw new DistributedApplicationException($"deploy.sh ended with {shown.ExitCode}; its output says why.");
        if (!await IsConfirmedAsync(context, settings))
        {
            context.Summary.Add(settings.Stack, "nothing was changed");
            return;
        }

        await RunAsync(context, scripts, "deploy.sh", [.. arguments, "--no-build", "--yes"]);
        context.Summary.Add(settings.Stack, "deployed");
    }

    private static async Task<bool> IsConfirmedAsync(PipelineStepContext context, AppHostSettings settings)
    {
        if (settings.Yes)
            return true;
        var interaction = context.Services.GetRequiredService<IInteractionService>();
        if (interaction.IsAvailable)
            return await interaction.PromptConfirmationAsync("Deploy", $"Execute the changes of {settings.Stack}?", cancellationToken: context.CancellationToken) is { Canceled: false, Data: true };
        context.ReportingStep.Log(LogLevel.Warning, "Nothing was changed: nobody can be asked here. -- --yes executes without asking.");
        return false;
    }

    private static async Task RunAsync(PipelineStepContext context, string scripts, string script, params IEnumerable<string> arguments)
    {
        var (exitCode, _) = await RunScriptAsync(context, scripts, script, arguments);
        if (exitCode != 0)
            throw new DistributedApplicationException($"{script} ended with {exitCode}; its output says why.");
    }

    private static async Task<(int ExitCode, bool HasChanges)> RunScriptAsync(PipelineStepContext context, string scripts, string script, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(scripts, script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var hasChanges = false;
        await Task.WhenAll(RelayAsync(process.StandardOutput), RelayAsync(process.StandardError));
        await process.WaitForExitAsync(context.CancellationToken);
        return (process.ExitCode, hasChanges);

        async Task RelayAsync(StreamReader output)
        {
            while (await output.ReadLineAsync(context.CancellationToken) is { } line)
            {
                hasChanges |= line.StartsWith("Changes of ", StringComparison.Ordinal);
                context.ReportingStep.Log(LogLevel.Information, line);
            }
        }
    }
}
