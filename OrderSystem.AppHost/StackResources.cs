using Aspire.Hosting.AWS.CloudFormation;
using OrderSystem.AppHost.Aws;

namespace OrderSystem.AppHost;

/// <summary>A stack in AWS as Aspire's resource.</summary>
internal static class StackResources
{
    /// <summary>The stack as it is, or brought up to a packaged template first.</summary>
    public static async Task<IResourceBuilder<ICloudFormationResource>> AddStackAsync(this IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellationToken)
    {
        if (options.Template is null)
            return builder.AddAWSCloudFormationStack("stack", options.Stack);
        var stack = builder.AddAWSCloudFormationTemplate("stack", await DevelopmentStack.WriteTemplateAsync(options.Template, cancellationToken), options.Stack);
        foreach (var (name, value) in DevelopmentStack.Parameters(options.Stack))
            stack.WithParameter(name, value);
        return stack;
    }

    /// <summary>Has a process work on the stack's tables, once the stack is there.</summary>
    public static IResourceBuilder<ProjectResource> OnStack(this IResourceBuilder<ProjectResource> process, IResourceBuilder<ICloudFormationResource> stack, AwsSession session)
    {
        var ordersTable = stack.GetOutput(AwsStack.OrdersTableOutput);
        return process
            .WithReference(stack)
            .WithEnvironment(async context =>
            {
                var prefix = AwsStack.PrefixOf(await ordersTable.GetValueAsync(context.CancellationToken), stack.Resource.StackName);
                foreach (var (name, value) in Pipeline.StackEnvironment(prefix))
                    context.EnvironmentVariables[name] = value;
            })
            .With(session.Environment);
    }
}
