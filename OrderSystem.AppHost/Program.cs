using Aspire.Hosting.AWS.DynamoDB;
using OrderSystem.AppHost;
using OrderSystem.AppHost.DynamoDb;

var command = AppHostOptions.CreateCommand((options, cancellationToken) => RunAsync(options, args, cancellationToken));
// The Aspire CLI adds arguments of its own, for the builder.
command.TreatUnmatchedTokensAsErrors = false;
return await command.Parse(args).InvokeAsync(AppHostOptions.Invocation);

static async Task<int> RunAsync(AppHostOptions options, string[] args, CancellationToken cancellationToken)
{
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = options.NoDashboard });
    var ports = options.Ports;

    if (await CloudChoice.MakeAsync(options, Console.WriteLine, cancellationToken) == Cloud.Embedded)
    {
        With(AddApi(builder, ports), Pipeline.EmbeddedEnvironment(Pipeline.EmbeddedData(options)));
        await builder.Build().RunAsync(cancellationToken);
        return 0;
    }

    var dynamoDb = await AddDynamoDbLocalAsync(builder, options, cancellationToken);

    var localCloud = builder.AddProject<Projects.OrderSystem_LocalCloud>("local-cloud", project => project.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(port: ports.LocalCloud, isProxied: false)
        .WithHttpHealthCheck("/health")
        .WithArgs("--port", $"{ports.LocalCloud}", "--template", Pipeline.TemplatePath)
        .WaitFor(dynamoDb);
    if (options.DataDirectory is not null)
        localCloud.WithArgs("--data", Path.Combine(options.DataDirectory, "local-cloud"));

    var processor = builder.AddProject<Projects.OrderSystem_Processor>("processor").WaitFor(localCloud);
    var workflow = builder.AddProject<Projects.OrderSystem_Workflow>("workflow").WaitFor(localCloud);
    foreach (var function in new[] { processor, workflow })
        With(function, Pipeline.FunctionEnvironment($"127.0.0.1:{ports.LocalCloud}"));

    var api = AddApi(builder, ports).WaitFor(localCloud);

    foreach (var project in new[] { localCloud, processor, workflow, api })
        With(project, Pipeline.AwsEnvironment($"http://127.0.0.1:{ports.DynamoDb}", $"http://127.0.0.1:{ports.LocalCloud}"));

    await builder.Build().RunAsync(cancellationToken);
    return 0;
}

static IResourceBuilder<ProjectResource> AddApi(IDistributedApplicationBuilder builder, Ports ports) =>
    builder.AddProject<Projects.OrderSystem_Api>("api", project => project.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(port: ports.Api, isProxied: false)
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
        .OnResourceReady(async (resource, _, ready) =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(resource.GetEndpoint("http").Url) };
            await Catalogue.SeedAsync(client, ready);
        });

static void With(IResourceBuilder<ProjectResource> project, IReadOnlyDictionary<string, string> environment)
{
    foreach (var (name, value) in environment)
        project.WithEnvironment(name, value);
}

static async Task<IResourceBuilder<IResource>> AddDynamoDbLocalAsync(IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellationToken)
{
    var data = options.DataDirectory is null ? null : Directory.CreateDirectory(Path.Combine(options.DataDirectory, "dynamodb")).FullName;
    if (await DynamoDbLocal.HasDockerAsync(cancellationToken))
    {
        return builder.AddAWSDynamoDBLocal("dynamodb", new DynamoDBLocalOptions
        {
            SharedDb = true,
            InMemory = data is null,
            LocalStorageDirectory = data,
            DisableDynamoDBLocalTelemetry = true,
            Port = options.Ports.DynamoDb,
        }).WithHttpHealthCheck("/", statusCode: 400);
    }

    var java = await DynamoDbLocal.JavaCommandAsync(options.Ports.DynamoDb, data, Console.WriteLine, cancellationToken);
    return builder.AddExecutable("dynamodb", java.FileName, java.WorkingDirectory, java.Arguments.ToArray())
        .WithHttpEndpoint(port: options.Ports.DynamoDb, targetPort: options.Ports.DynamoDb, isProxied: false)
        .WithHttpHealthCheck("/", statusCode: 400);
}
