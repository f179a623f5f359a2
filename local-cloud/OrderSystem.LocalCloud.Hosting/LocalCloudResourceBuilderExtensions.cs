using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Hosting.DynamoDB;
using OrderSystem.LocalCloud.Hosting.Stack;
using OrderSystem.LocalCloud.Hosting.Tools;

#pragma warning disable IDE0130 // Aspire's convention: builder extensions are in a namespace that AppHosts import implicitly.
namespace Aspire.Hosting;

/// <summary>Adds LocalCloud to an AppHost.</summary>
public static class LocalCloudResourceBuilderExtensions
{
    private const int UsualPort = 4566;

    /// <summary>Adds LocalCloud, which runs AWS services on this machine without an AWS account.</summary>
    /// <param name="builder">The AppHost's builder.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="port">
    /// The port of all services on the loopback address. Default: 4566, or a free port if another resource uses 4566 or if
    /// Aspire randomizes ports.
    /// </param>
    /// <returns>The resource's builder.</returns>
    /// <exception cref="DistributedApplicationException">LocalCloud's program can't be found.</exception>
    public static IResourceBuilder<LocalCloudResource> AddLocalCloud(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        LoopbackProxy.Bypass();
        var publishes = builder.ExecutionContext.IsPublishMode;
        var resource = new LocalCloudResource(name, publishes ? "OrderSystem.LocalCloud.dll" : LocalCloudProgram.Find(builder.AppHostAssembly));
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            if (!publishes)
                builder.CheckPorts([resource]);
            return Task.CompletedTask;
        });
        return builder.AddResource(resource)
            .WithArgs(context => AddArguments(resource, context))
            .WithHttpEndpoint(port: builder.PortOrFree(port, UsualPort), name: LocalCloudResource.HttpEndpointName, isProxied: false)
            .OnLoopback(LocalCloudResource.HttpEndpointName)
            .WithUrlForEndpoint(LocalCloudResource.HttpEndpointName, url => url.DisplayText = "AWS endpoint")
            .WithHttpHealthCheck("/health")
            .WithOtlpExporter()
            .WithEnvironment(context => AddEnvironment(resource, context))
            .WithIconName("CloudCube")
            .ExcludeFromManifest()
            .RestartOnFailure()
            .WithStackResources();
    }

    /// <summary>
    /// Provisions the resources of a CloudFormation template: tables, queues, functions, event source mappings, state
    /// machines.
    /// </summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="path">
    /// The path of the YAML or JSON template. A relative path is resolved against the AppHost's folder.
    /// </param>
    /// <exception cref="DistributedApplicationException">The template file does not exist.</exception>
    public static IResourceBuilder<LocalCloudResource> WithTemplate(this IResourceBuilder<LocalCloudResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var template = Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        if (!File.Exists(template))
            throw new DistributedApplicationException($"The template {template} of {builder.Resource.Name} does not exist.");
        builder.Resource.TemplatePath = template;
        return builder;
    }

    /// <summary>Sets a parameter of the template.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="name">The parameter's name in the template.</param>
    /// <param name="value">The value of the parameter.</param>
    public static IResourceBuilder<LocalCloudResource> WithParameter(this IResourceBuilder<LocalCloudResource> builder, string name, string value) => builder.SetParameter(name, value);

    /// <summary>Sets a parameter of the template to the value of a parameter of the AppHost.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="name">The parameter's name in the template.</param>
    /// <param name="parameter">The AppHost's parameter that provides the value.</param>
    public static IResourceBuilder<LocalCloudResource> WithParameter(this IResourceBuilder<LocalCloudResource> builder, string name, IResourceBuilder<ParameterResource> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return builder.SetParameter(name, parameter.Resource).WithReferenceRelationship(parameter);
    }

    /// <summary>Sets the name of the stack, which is the value of <c>AWS::StackName</c>. Default: the resource's name.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="stackName">The name of the stack.</param>
    public static IResourceBuilder<LocalCloudResource> WithStackName(this IResourceBuilder<LocalCloudResource> builder, string stackName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(stackName);
        builder.Resource.StackName = stackName;
        return builder;
    }

    /// <summary>
    /// When the user redrives dead-letter messages from the dashboard, runs the program of a project instead of
    /// LocalCloud's own <c>dlq</c> command. Such a program can, for example, also find records that their stream no
    /// longer has.
    /// </summary>
    /// <typeparam name="TProject">The project. The program of this project must accept <c>redrive --queue NAME --endpoint
    /// URL</c>.</typeparam>
    /// <param name="builder">The resource's builder.</param>
    public static IResourceBuilder<LocalCloudResource> WithDeadLetterProgram<TProject>(this IResourceBuilder<LocalCloudResource> builder)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.DeadLetterCommand = [BuiltProjectExtensions.AssemblyOf(new TProject(), builder.ApplicationBuilder)];
        return builder;
    }

    /// <summary>Sets the AWS region that all ARNs contain. Default: <c>us-east-1</c>.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="region">The AWS region.</param>
    public static IResourceBuilder<LocalCloudResource> WithRegion(this IResourceBuilder<LocalCloudResource> builder, string region)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(region);
        builder.Resource.Region = region;
        return builder;
    }

    /// <summary>Keeps tables, queues, executions and checkpoints in a folder between runs.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="path">
    /// The path of the folder, which is created if it does not exist. A relative path is resolved against the AppHost's folder.
    /// Null keeps everything in memory.
    /// </param>
    public static IResourceBuilder<LocalCloudResource> WithDataDirectory(this IResourceBuilder<LocalCloudResource> builder, string? path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.DataDirectory = path is null ? null : Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>
    /// Runs AWS's DynamoDB Local for the template's tables: as a container if a Docker engine responds, otherwise under Java 17.
    /// </summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="configure">Changes the name, port, runtime or lifetime of DynamoDB Local.</param>
    /// <remarks>
    /// See "Setting up DynamoDB local (downloadable version)". DynamoDB Local is downloaded on first use, because
    /// its licence forbids redistribution.
    /// </remarks>
    public static IResourceBuilder<LocalCloudResource> WithDynamoDBLocal(this IResourceBuilder<LocalCloudResource> builder, Action<DynamoDBLocalOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new DynamoDBLocalOptions();
        configure?.Invoke(options);
        builder.Resource.DynamoDBEndpoint = builder.AddDynamoDBLocal(options);
        return builder;
    }

    /// <summary>Returns a reference to an output of the stack, for use with <c>WithEnvironment</c>.</summary>
    /// <param name="builder">The resource's builder.</param>
    /// <param name="name">The output's name in the template.</param>
    public static StackOutputReference GetOutput(this IResourceBuilder<LocalCloudResource> builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new StackOutputReference(builder.Resource, name);
    }

    /// <summary>
    /// Returns the requested port or the default port. Returns null, which means any free port, if Aspire randomizes ports, or
    /// if no port was requested and another resource uses the default port.
    /// </summary>
    internal static int? PortOrFree(this IDistributedApplicationBuilder builder, int? port, int usual)
    {
        if (builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            return null;
        var isTaken = builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()).Any(endpoint => endpoint.Port == usual);
        return port ?? (isTaken ? null : usual);
    }

    /// <summary>Sets the endpoint's host to 127.0.0.1 instead of <c>localhost</c>, for which clients try ::1 first.</summary>
    internal static IResourceBuilder<T> OnLoopback<T>(this IResourceBuilder<T> builder, string endpointName)
        where T : IResourceWithEndpoints => builder.WithEndpoint(endpointName, endpoint => endpoint.TargetHost = "127.0.0.1");

    private static IResourceBuilder<LocalCloudResource> SetParameter(this IResourceBuilder<LocalCloudResource> builder, string name, object value)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Resource.Parameters = builder.Resource.Parameters.SetItem(name, value);
        return builder;
    }

    private static void AddArguments(LocalCloudResource resource, CommandLineArgsCallbackContext context)
    {
        var arguments = context.Args;
        arguments.Add("exec");
        arguments.Add(resource.Program);
        arguments.Add("--port");
        arguments.Add(resource.Endpoint.Property(EndpointProperty.TargetPort));
        // Containers use these names to reach this machine.
        arguments.Add("--allowed-hosts");
        arguments.Add("aspire.dev.internal;host.docker.internal;host.containers.internal");
        arguments.Add("--stack-name");
        arguments.Add(resource.StackName);
        if (resource.TemplatePath is { } template)
        {
            arguments.Add("--template");
            arguments.Add(template);
        }

        foreach (var (name, value) in resource.Parameters)
        {
            arguments.Add("--parameter");
            // Pass a reference, so that Aspire hides the value of a secret parameter.
            arguments.Add(value is ParameterResource parameter ? ReferenceExpression.Create($"{name}={parameter}") : $"{name}={value}");
        }

        if (resource.DataDirectory is { } data)
        {
            arguments.Add("--data");
            arguments.Add(Path.Combine(data, resource.Name));
        }
    }

    private static void AddEnvironment(LocalCloudResource resource, EnvironmentCallbackContext context)
    {
        context.EnvironmentVariables["AWS_REGION"] = resource.Region;
        if (resource.DynamoDBEndpoint is { } dynamoDb)
            context.EnvironmentVariables["AWS_ENDPOINT_URL_DYNAMODB"] = dynamoDb;
        // Record every span unless the caller has turned sampling off, as this integration does when it polls resource states.
        context.EnvironmentVariables["OTEL_TRACES_SAMPLER"] = "parentbased_always_on";
        // Server GC, the default of web applications, would waste memory under a development load.
        context.EnvironmentVariables.TryAdd("DOTNET_gcServer", "0");
    }
}
