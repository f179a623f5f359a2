using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>Adds DynamoDB Local to an AppHost, as a container or as a Java process.</summary>
internal static class DynamoDBLocalResourceExtensions
{
    private const int ContainerPort = 8000;
    private const string EndpointName = "http";

    // Under a development load, the serial garbage collector and the C1 compiler use the least processor time and memory.
    private static readonly string[] DevelopmentLoad = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms16m", "-Xmx512m",
        "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20", "-Xss512k", "-XX:CICompilerCount=1"];

    /// <summary>Adds DynamoDB Local to the AppHost and returns its endpoint.</summary>
    public static EndpointReference AddDynamoDBLocal(this IResourceBuilder<LocalCloudResource> localCloud, DynamoDBLocalOptions options)
    {
        var builder = localCloud.ApplicationBuilder;
        var port = builder.PortOrFree(options.Port, ContainerPort);
        options.Name ??= builder.Resources.Any(resource => resource.Name == "dynamodb") ? $"{localCloud.Resource.Name}-dynamodb" : "dynamodb";
        var runtime = options.Runtime ?? (!builder.ExecutionContext.IsPublishMode && DynamoDBLocal.HasDocker() ? DynamoDBLocalRuntime.Docker : DynamoDBLocalRuntime.Java);
        return runtime == DynamoDBLocalRuntime.Docker
            ? AddContainer(builder, localCloud.Resource, options, port).GetEndpoint(EndpointName)
            : AddJava(builder, localCloud.Resource, options, port).GetEndpoint(EndpointName);
    }

    private static IResourceBuilder<ContainerResource> AddContainer(IDistributedApplicationBuilder builder, LocalCloudResource aws, DynamoDBLocalOptions options, int? port)
    {
        var container = builder.AddContainer(options.Name!, DynamoDBLocal.Image, DynamoDBLocal.ImageTag)
            .WithHttpEndpoint(port: port, targetPort: ContainerPort, name: EndpointName)
            .WithHttpHealthCheck("/", statusCode: DynamoDBLocal.HealthyStatus, endpointName: EndpointName)
            .WithArgs(context =>
            {
                context.Args.Add("-jar");
                context.Args.Add("DynamoDBLocal.jar");
                foreach (var argument in DynamoDBLocal.Arguments(aws.DataDirectory is null ? null : "/data"))
                    context.Args.Add(argument);
            })
            .WithParentRelationship(aws)
            .ExcludeFromManifest();
        if (options.IsPersistent)
            container.WithLifetime(ContainerLifetime.Persistent);
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            if (aws.DataDirectory is { } data && !builder.ExecutionContext.IsPublishMode)
            {
                // Run the container as the current user, because the image's default user can't write to the
                // mounted host folder. The current user then also owns the files of the tables.
                container.WithBindMount(Folder(data, options.Name!), "/data").WithContainerRuntimeArgs("--user", UnixUser.Current ?? "root");
            }

            return Task.CompletedTask;
        });
        return container;
    }

    private static IResourceBuilder<ExecutableResource> AddJava(IDistributedApplicationBuilder builder, LocalCloudResource aws, DynamoDBLocalOptions options, int? port)
    {
        IResourceBuilder<ExecutableResource>? java = null;
        java = builder.AddExecutable(options.Name!, "java", DynamoDBLocal.WorkingDirectory())
            .WithHttpEndpoint(port: port, name: EndpointName, isProxied: false)
            .OnLoopback(EndpointName)
            .WithHttpHealthCheck("/", statusCode: DynamoDBLocal.HealthyStatus, endpointName: EndpointName)
            .WithArgs(async context =>
            {
                var logger = context.ExecutionContext.Services.GetRequiredService<ResourceLoggerService>().GetLogger(java!.Resource);
                foreach (var argument in DevelopmentLoad)
                    context.Args.Add(argument);
                foreach (var argument in await DynamoDBLocal.JavaArgumentsAsync(package => logger.Downloading(package.Name, package.Version), context.CancellationToken))
                    context.Args.Add(argument);
                context.Args.Add("-port");
                context.Args.Add(java.GetEndpoint(EndpointName).Property(EndpointProperty.TargetPort));
                foreach (var argument in DynamoDBLocal.Arguments(aws.DataDirectory is { } data ? Folder(data, options.Name!) : null))
                    context.Args.Add(argument);
            })
            .WithParentRelationship(aws)
            .ExcludeFromManifest()
            .RestartOnFailure(() => aws.DataDirectory is null ? "its tables were in memory and are lost. Restart the AppHost; to keep tables, use WithDataDirectory" : null);
        java.OnResourceReady((resource, ready, _) =>
        {
            try
            {
                LoopbackSockets.ThrowIfExposed(java.GetEndpoint(EndpointName).Port);
            }
            catch (InvalidOperationException error)
            {
                ready.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource).Exposed(resource.Name, error.Message);
            }

            return Task.CompletedTask;
        });
        return java;
    }

    // DynamoDB Local creates files with the default mode, which other users can read, so the mode of the folder must
    // deny access to other users.
    private static string Folder(string data, string name)
    {
        var folder = Path.Combine(data, name);
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(folder).FullName;
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        // Create the folders one by one, because CreateDirectory applies the mode only to the last folder of a path.
        Directory.CreateDirectory(data, Private);
        Directory.CreateDirectory(folder, Private);
        File.SetUnixFileMode(folder, Private);
        return folder;
    }
}
