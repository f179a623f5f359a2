using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.LocalCloud.CloudFormation;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.LocalCloud.Provisioning;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.LocalCloud.StepFunctions;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.ServiceDefaults;
using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.LocalCloud;

/// <summary>The local cloud in one process: every service on one port of the loopback address.</summary>
public sealed class LocalCloudHost : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;

    private LocalCloudHost(WebApplication app) => _app = app;

    /// <summary>The base address of all services.</summary>
    public Uri Address => Services.GetRequiredService<ListeningAddress>().Uri;

    /// <summary>The host's dependency injection container.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>
    /// Runs the local cloud until <paramref name="cancellationToken"/> is cancelled or the process is asked to stop.
    /// </summary>
    /// <param name="options">LocalCloud's settings.</param>
    /// <param name="cancellationToken">Stops the local cloud.</param>
    public static async Task RunAsync(LocalCloudOptions options, CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(options, cancellationToken);
        await host._app.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Starts the local cloud. The task completes when every resource of the template has been created.</summary>
    /// <param name="options">LocalCloud's settings.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="configure">An action that replaces services, such as the <see cref="TimeProvider"/>; null to replace
    /// none.</param>
    /// <exception cref="IOException">The port is already in use, or a file in the data folder can't be read or
    /// written.</exception>
    public static async Task<LocalCloudHost> StartAsync(LocalCloudOptions options, CancellationToken cancellationToken, Action<IServiceCollection>? configure = null)
    {
        var host = new LocalCloudHost(Build(options, configure));
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops accepting requests, waits for work in progress, and saves the state.</summary>
    public async ValueTask DisposeAsync()
    {
        // If starting failed, StopAsync throws too and would hide the original exception.
        if (_app.Lifetime.ApplicationStarted.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(ShutdownPatience);
            await _app.StopAsync(patience.Token);
        }

        await _app.DisposeAsync();
    }

    private static WebApplication Build(LocalCloudOptions options, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults("local-cloud");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            // This limit is higher than any service's own limit, so that a request that is too large receives the service's
            // error instead of Kestrel's error.
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = ShutdownPatience);

        builder.Services.AddLocalAccess();
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ListeningAddress>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHealthChecks()
            .AddCheck<Readiness>("provisioning")
            .AddCheck<DynamoDbHealth>("dynamodb")
            .AddCheck<MappingHealth>("event-source-mappings")
            .AddCheck<FunctionHealth>("functions")
            .AddCheck<QueueHealth>("queues")
            .AddCheck<StepFunctionsHealth>("step-functions");
        builder.Services.AddSingleton<AwsJsonEndpoint>();
        builder.Services.AddSingleton<AwsQueryEndpoint>();
        builder.Services.AddLambda();
        builder.Services.AddSqs();
        builder.Services.AddStepFunctions();
        builder.Services.AddDynamoDb();
        builder.Services.AddEventSourceMappings();
        builder.Services.AddProvisioning();
        builder.Services.AddCloudFormation();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseLocalAccess(new AllowedHosts(options.AllowedHosts ?? app.Configuration["AllowedHosts"]), BrowserAccess.IsProtected, BrowserAccess.RefuseAsync);
        app.MapDefaultEndpoints();
        AwsJsonEndpoint.Map(app);
        app.MapLambda();
        app.MapEventSourceMappings();
        app.MapFallback(context => AwsErrors.WriteRestAsync(context, UnknownOperation(context)));
        return app;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        var address = Services.GetRequiredService<ListeningAddress>();
        address.Uri = new Uri(_app.Urls.First());
        _app.Logger.Listening(address.Uri.ToString());
        if (Services.GetRequiredService<LocalCloudOptions>().TemplatePath is { } template)
            await ProvisionAsync(template, cancellationToken);
        Services.GetRequiredService<EventInvokeConfigApi>().Restore();
        Services.GetRequiredService<MappingRegistry>().Restore();
        Services.GetRequiredService<ExecutionEngine>().Resume();
        Services.GetRequiredService<Readiness>().WaitFor(null);
    }

    private async Task ProvisionAsync(string template, CancellationToken cancellationToken)
    {
        var readiness = Services.GetRequiredService<Readiness>();
        readiness.WaitFor("provisioning " + Path.GetFileName(template));
        await Services.GetRequiredService<StackProvisioner>().ProvisionAsync(template, cancellationToken);
        _app.Logger.Provisioned(template);
    }

    private static AwsServiceException UnknownOperation(HttpContext context) =>
        new("UnknownOperationException",
            $"LocalCloud does not support {context.Request.Method} {context.Request.Path} of {AwsSignature.Service(context) ?? "an unnamed service"}.", 404);
}
