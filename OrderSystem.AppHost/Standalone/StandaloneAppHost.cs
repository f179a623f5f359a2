using System.Diagnostics;
using OrderSystem.AppHost.Aws;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>The pipeline as plain processes under one process host, for machines whose NuGet feed has no Aspire.</summary>
public static class StandaloneAppHost
{
    /// <summary>Runs the pipeline until cancelled.</summary>
    /// <returns>0, or 1 where the pipeline could not be brought up or kept up; the console says why.</returns>
    public static async Task<int> RunAsync(AppHostOptions options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var log = new ConsoleLog(Console.Out, options.Quiet);
        try
        {
            var cloud = await CloudChoice.MakeAsync(options, log.Say, cancellationToken);
            options.Ports.Check(cloud, withDashboard: !options.NoDashboard);
            using var embedded = cloud == Cloud.Embedded ? new EmbeddedData(options) : null;
            var stack = cloud == Cloud.Aws ? await StackAsync(options, cancellationToken) : null;
            if (cloud != Cloud.Local)
                options = await WithDashboardIfThereAsync(options, log.Say, cancellationToken);

            var composition = new Composition(options, log.Say);
            var resources = cloud switch
            {
                Cloud.Embedded => composition.Embedded(embedded!.Folder),
                Cloud.Aws => composition.Aws(stack!, await SessionAsync(log.Say, cancellationToken)),
                _ => await composition.LocalAsync(cancellationToken),
            };
            if (!options.NoDashboard)
                resources = [.. resources, await composition.DashboardAsync(cancellationToken)];
            await using var host = new ResourceHost(resources, log, TimeProvider.System);
            await host.StartAsync(cancellationToken);

            using var api = new HttpClient { BaseAddress = new Uri($"http://localhost:{options.Ports.Api}") };
            // The stock of a stack is its owner's to set.
            if (cloud != Cloud.Aws)
                await Catalogue.SeedAsync(api, cancellationToken);
            log.Say(Announcement.Text(options, cloud, Stopwatch.GetElapsedTime(started)));
            await host.RunAsync(cancellationToken);
            log.Say("Stopping ...");
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is ResourceFailedException or PortUnavailableException or MissingToolException or StackUnavailableException or HttpRequestException)
        {
            log.Say(e.Message);
            return 1;
        }
    }

    private static Task<AwsStack> StackAsync(AppHostOptions options, CancellationToken cancellationToken) => options.Template is null
        ? AwsStack.FindAsync(options.Stack, cancellationToken)
        : throw new StackUnavailableException($"Aspire provisions stacks, and your NuGet feed doesn't have it. Deploy this one, deploy/deploy.sh --stack-name {options.Stack} --s3-bucket NAME --parameters deploy/dev.parameters, and leave --template out.");

    private static async Task<AwsSession> SessionAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var session = await AwsSession.OpenAsync(cancellationToken);
        if (session.Until is { } until)
            say($"The AWS CLI's credentials end at {until.ToLocalTime():t}: start again then.");
        return session;
    }

    /// <summary>Here the dashboard alone needs npm, once.</summary>
    private static async Task<AppHostOptions> WithDashboardIfThereAsync(AppHostOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        if (options.NoDashboard)
            return options;
        try
        {
            await Dashboard.CommandAsync(options.Ports, say, cancellationToken);
            return options;
        }
        catch (MissingToolException e)
        {
            say($"Without the dashboard: {e.Message}");
            return options with { NoDashboard = true };
        }
    }
}
