using Aspire.Hosting.ApplicationModel;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Hosting.Functions;

#pragma warning disable IDE0130 // Aspire's convention: builder extensions are in a namespace that AppHosts import implicitly.
namespace Aspire.Hosting;

/// <summary>Connects an AppHost's resources to LocalCloud.</summary>
public static class LocalCloudReferenceExtensions
{
    /// <summary>
    /// Points a resource's AWS SDKs at LocalCloud: sets the region, the credentials, <c>AWS_ENDPOINT_URL</c> and, if
    /// DynamoDB Local runs, the separate endpoint for DynamoDB. See "Service-specific endpoints" in the AWS SDKs and
    /// Tools Reference Guide.
    /// </summary>
    /// <param name="builder">The resource that uses AWS services.</param>
    /// <param name="localCloud">The LocalCloud resource that provides the services.</param>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<LocalCloudResource> localCloud)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(localCloud);
        return builder
            .WithReferenceRelationship(localCloud.Resource)
            .WithEnvironment(context => AddReference(localCloud.Resource, context));
    }

    /// <summary>
    /// Sets an environment variable to an output of LocalCloud's stack. The resource does not start until the stack is
    /// provisioned.
    /// </summary>
    /// <param name="builder">The resource that gets the variable.</param>
    /// <param name="name">The name of the environment variable.</param>
    /// <param name="output">The stack output that provides the value.</param>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, StackOutputReference output)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(output);
        return builder
            .WithReferenceRelationship(output.Resource)
            .WithEnvironment(context =>
            {
                if (!context.ExecutionContext.IsPublishMode)
                    context.EnvironmentVariables[name] = output;
            });
    }

    /// <summary>
    /// Lets a program serve one Lambda function of the template. The program gets the function's own Runtime API address in
    /// <c>AWS_LAMBDA_RUNTIME_API</c>, the variables that the template declares, and those that <see cref="WithReference"/> sets.
    /// The program does not start until the stack is provisioned, and is restarted when it fails.
    /// </summary>
    /// <param name="builder">The program. The program must use an AWS runtime client or call the Runtime API itself.</param>
    /// <param name="localCloud">The LocalCloud resource that invokes the function.</param>
    /// <param name="function">The function's logical id in the template, or its name.</param>
    /// <remarks>See "Using the Lambda runtime API for custom runtimes".</remarks>
    public static IResourceBuilder<T> ServesFunction<T>(this IResourceBuilder<T> builder, IResourceBuilder<LocalCloudResource> localCloud, string function)
        where T : IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        return builder.Serves(localCloud, [function], (aws, names) => ReferenceExpression.Create($"{HostAndPort(aws)}/{names[0]}"));
    }

    /// <summary>
    /// Lets a program serve several Lambda functions of the template from one process. The Runtime API address of each
    /// function is the address in <c>AWS_LAMBDA_RUNTIME_API</c>, followed by <c>/{name or handler}</c>.
    /// </summary>
    /// <param name="builder">The program that serves the functions.</param>
    /// <param name="localCloud">The LocalCloud resource that invokes the functions.</param>
    /// <param name="functions">The functions' logical ids in the template, or their names.</param>
    public static IResourceBuilder<T> ServesFunctions<T>(this IResourceBuilder<T> builder, IResourceBuilder<LocalCloudResource> localCloud, params string[] functions)
        where T : IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(functions);
        return builder.Serves(localCloud, functions, (aws, _) => HostAndPort(aws));
    }

    private static IResourceBuilder<T> Serves<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<LocalCloudResource> localCloud, string[] functions, Func<LocalCloudResource, IReadOnlyList<string>, ReferenceExpression> runtimeApi)
        where T : IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(localCloud);
        if (builder.Resource.Annotations.OfType<ServesAnnotation>().Any())
            throw new DistributedApplicationException($"{builder.Resource.Name} already serves functions. Pass all functions to one call of ServesFunctions, or add another program.");
        var aws = localCloud.Resource;
        aws.ServedFunctions.UnionWith(functions);
        return builder
            .WithAnnotation(new ServesAnnotation())
            .WithReference(localCloud)
            .WithRelationship(aws, "Serves")
            .WithEnvironment(async context =>
            {
                if (context.ExecutionContext.IsPublishMode)
                    return;
                var served = new List<ServedFunction>();
                foreach (var function in functions)
                    served.Add(await ServedFunction.FindAsync(aws, function, context.CancellationToken));
                context.EnvironmentVariables["AWS_LAMBDA_RUNTIME_API"] = runtimeApi(aws, [.. served.Select(function => function.Name)]);
                ServedFunction.AddEnvironment(served, context.EnvironmentVariables, context.Logger);
            })
            .RestartOnFailure();
    }

    private sealed class ServesAnnotation : IResourceAnnotation;

    private static ReferenceExpression HostAndPort(LocalCloudResource aws) => ReferenceExpression.Create($"{aws.Endpoint.Property(EndpointProperty.HostAndPort)}");

    private static void AddReference(LocalCloudResource aws, EnvironmentCallbackContext context)
    {
        // A published resource runs in AWS, with AWS's own endpoints and credentials.
        if (context.ExecutionContext.IsPublishMode)
            return;
        var variables = context.EnvironmentVariables;
        variables["AWS_REGION"] = aws.Region;
        variables["AWS_DEFAULT_REGION"] = aws.Region;
        variables["AWS_ACCESS_KEY_ID"] = "local";
        variables["AWS_SECRET_ACCESS_KEY"] = "local";
        variables["AWS_ENDPOINT_URL"] = aws.Endpoint;
        if (aws.DynamoDBEndpoint is not { } dynamoDb)
            return;
        variables["AWS_ENDPOINT_URL_DYNAMODB"] = dynamoDb;
        variables["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = dynamoDb;
    }
}
