using System.Diagnostics;
using Aspire.Hosting.AWS.DynamoDB;
using OrderSystem.AppHost;
using OrderSystem.AppHost.Aws;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.AppHost.Tools;

LoopbackProxy.Bypass();
var command = AppHostOptions.CreateCommand((options, cancellationToken) => RunAsync(options, args, cancellationToken));
// The Aspire CLI and Aspire's tests add arguments of their own, for the builder.
command.TreatUnmatchedTokensAsErrors = false;
return await command.Parse(args).InvokeAsync(AppHostOptions.Invocation);

static async Task<int> RunAsync(AppHostOptions options, string[] args, CancellationToken cancellationToken)
{
    try
    {
        var started = Stopwatch.GetTimestamp();
        var cloud = await CloudChoice.MakeAsync(options, Console.WriteLine, cancellationToken);
        options.Ports.Check(cloud, withDashboard: !options.NoDashboard);
        foreach (var (name, value) in AspireDashboard.Environment(options.Ports, Environment.GetEnvironmentVariable))
            Environment.SetEnvironmentVariable(name, value);

        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = args,
            DisableDashboard = options.NoDashboard,
            EnableResourceLogging = !options.Quiet,
        });
        // Ctrl+C has stopped everything when it returns: the ports are free again, and the folder below can go.
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        using var embedded = cloud == Cloud.Embedded ? new EmbeddedData(options) : null;
        var api = cloud switch
        {
            Cloud.Embedded => AddApi(builder, options).With(Pipeline.EmbeddedEnvironment(embedded!.Folder)),
            Cloud.Aws => await AddApiOnStackAsync(builder, options, cancellationToken),
            _ => await AddLocalCloudAsync(builder, options, cancellationToken),
        };
        api.OnResourceReady(async (resource, _, ready) =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(resource.GetEndpoint("http").Url) };
            if (cloud != Cloud.Aws)
                await Catalogue.SeedAsync(client, ready);
            Console.WriteLine(Announcement.Text(options, cloud, Stopwatch.GetElapsedTime(started)));
        });

        await builder.Build().RunAsync(cancellationToken);
        return 0;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return 0;
    }
    catch (Exception e) when (e is PortUnavailableException or MissingToolException or StackUnavailableException)
    {
        Console.WriteLine(e.Message);
        return 1;
    }
}

static async Task<IResourceBuilder<ProjectResource>> AddLocalCloudAsync(IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellationToken)
{
    var ports = options.Ports;
    var aws = Pipeline.AwsEnvironment($"http://127.0.0.1:{ports.DynamoDb}", $"http://127.0.0.1:{ports.LocalCloud}");
    var functions = Pipeline.FunctionEnvironment($"127.0.0.1:{ports.LocalCloud}");

    var dynamoDb = await AddDynamoDbLocalAsync(builder, options, cancellationToken);

    var localCloud = builder.AddProcess<Projects.OrderSystem_LocalCloud>("local-cloud", options)
        .WithHttpEndpoint(port: ports.LocalCloud, isProxied: false)
        .WithHttpHealthCheck("/health")
        .WithArgs("--port", $"{ports.LocalCloud}", "--template", Pipeline.TemplatePath)
        .WithEndpointsInEnvironment(_ => false)
        .With(aws)
        .WaitFor(dynamoDb);
    if (options.DataDirectory is not null)
        localCloud.WithArgs("--data", Path.Combine(options.DataDirectory, "local-cloud"));

    builder.AddProcess<Projects.OrderSystem_Processor>("processor", options).With(aws).With(functions).WaitFor(localCloud);
    builder.AddProcess<Projects.OrderSystem_Workflow>("workflow", options).With(aws).With(functions).WaitFor(localCloud);

    return AddApi(builder, options).With(aws).WaitFor(localCloud);
}

static async Task<IResourceBuilder<ProjectResource>> AddApiOnStackAsync(IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellationToken)
{
    var session = await AwsSession.OpenAsync(cancellationToken);
    // Aspire's own client of CloudFormation looks here.
    foreach (var (name, value) in session.Environment)
        Environment.SetEnvironmentVariable(name, value);
    return AddApi(builder, options).OnStack(await builder.AddStackAsync(options, cancellationToken), session);
}

static IResourceBuilder<ProjectResource> AddApi(IDistributedApplicationBuilder builder, AppHostOptions options) =>
    builder.AddProcess<Projects.OrderSystem_Api>("api", options)
        .WithHttpEndpoint(port: options.Ports.Api, isProxied: false)
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" });

static async Task<IResourceBuilder<IResource>> AddDynamoDbLocalAsync(IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellationToken)
{
    var data = options.DataDirectory is null ? null : Directory.CreateDirectory(Path.Combine(options.DataDirectory, "dynamodb")).FullName;
    if (await DynamoDbLocal.HasDockerAsync(cancellationToken))
    {
        var container = builder.AddAWSDynamoDBLocal("dynamodb", new DynamoDBLocalOptions
        {
            SharedDb = true,
            InMemory = data is null,
            LocalStorageDirectory = data,
            DisableDynamoDBLocalTelemetry = true,
            Port = options.Ports.DynamoDb,
        }).WithHttpHealthCheck("/", statusCode: 400);
        // The image's own user may not write to a folder of this machine.
        return data is null ? container : container.WithContainerRuntimeArgs("--user", "root");
    }

    var java = await DynamoDbLocal.JavaCommandAsync(options.Ports.DynamoDb, data, Console.WriteLine, cancellationToken);
    return builder.AddExecutable("dynamodb", java.FileName, java.WorkingDirectory, java.Arguments.ToArray())
        .WithHttpEndpoint(port: options.Ports.DynamoDb, targetPort: options.Ports.DynamoDb, isProxied: false)
        .WithHttpHealthCheck("/", statusCode: 400);
}
