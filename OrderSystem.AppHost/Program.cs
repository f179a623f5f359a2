using OrderSystem.AppHost;
using OrderSystem.AppHost.Aws;
using OrderSystem.LocalCloud.Hosting.Tools;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(AppHostSettings.Help);
    return 0;
}

try
{
    DevelopmentRuntime.Configure();
    var settings = AppHostSettings.Read(args);
    using var temporary = new TemporaryFolder("order-system-");
    var builder = DistributedApplication.CreateBuilder(settings.Aspire);
    var cloud = builder.ExecutionContext.IsPublishMode ? Cloud.Local : await CloudChoice.MakeAsync(settings.Cloud, Console.WriteLine);
    builder.StartBuiltProjects();
    builder.AddPublishing(settings);

    var api = builder.AddProject<Projects.OrderSystem_Api>("api")
        .WithPort(settings, "api")
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
        .WithCloud(cloud)
        .RestartOnFailure();

    switch (cloud)
    {
        case Cloud.Local:
            var aws = builder.AddLocalCloud("local-cloud", settings.Port("local-cloud"))
                .WithTemplate("../deploy/template.yaml").WithStackName("order-system")
                .WithDataDirectory(settings.Data)
                .WithDeadLetterProgram<Projects.OrderSystem_Dlq>()
                .WithDynamoDBLocal(dynamoDb => (dynamoDb.Port, dynamoDb.IsPersistent) = (settings.Port("dynamodb"), settings.Persistent));
            builder.AddProject<Projects.OrderSystem_Processor>("processor").ServesFunction(aws, "ProcessorFunction");
            builder.AddProject<Projects.OrderSystem_WorkflowFunctions>("workflow").ServesFunctions(aws, WorkflowFunctionIds.All);
            api.WithReference(aws).WithCatalogue(Path.GetFullPath("../deploy/catalogue.json", builder.AppHostDirectory));
            break;

        case Cloud.Embedded:
            api.WithEnvironment("OrderSystem__Data", settings.Data is { } data ? Path.Combine(data, "embedded") : temporary.Path);
            break;

        case Cloud.Aws:
            await api.OnStackAsync(settings);
            break;
    }

    builder.TrimTelemetry(withDashboard: !settings.Aspire.DisableDashboard);
    builder.CheckPorts(withDashboard: !settings.Aspire.DisableDashboard, option: "--port");
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (e is SettingsException or MissingToolException or StackUnavailableException or DistributedApplicationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
