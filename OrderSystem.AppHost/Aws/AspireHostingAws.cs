#if ASPIRE_HOSTING_AWS
using Aspire.Hosting.AWS.CloudFormation;

namespace OrderSystem.AppHost.Aws;

/// <summary>The stack as a resource of Aspire.Hosting.AWS, in builds with <c>-p:AspireHostingAws=true</c>.</summary>
internal static class AspireHostingAws
{
    /// <summary>Points the API at a stack. If the settings name a packaged template, the stack is created or updated first.</summary>
    public static async Task<IResourceBuilder<ProjectResource>> OnAspireStackAsync(this IResourceBuilder<ProjectResource> api, AppHostSettings settings)
    {
        var session = await AwsSession.OpenAsync(CancellationToken.None);
        // Aspire.Hosting.AWS uses its own CloudFormation client, which reads the environment of this process.
        foreach (var (name, value) in session.Environment)
            Environment.SetEnvironmentVariable(name, value);
        var stack = await AddStackAsync(api.ApplicationBuilder, settings);
        var ordersTable = stack.GetOutput(AwsStack.OrdersTableOutput);
        return api.WithReference(stack).WaitFor(stack).WithEnvironment(async context =>
        {
            foreach (var (name, value) in session.Environment)
                context.EnvironmentVariables[name] = value;
            context.EnvironmentVariables["OrderSystem__TablePrefix"] = AwsStack.PrefixOf(await ordersTable.GetValueAsync(context.CancellationToken), settings.Stack);
        });
    }

    private static async Task<IResourceBuilder<ICloudFormationResource>> AddStackAsync(IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        if (settings.Template is null)
            return builder.AddAWSCloudFormationStack("stack", settings.Stack);
        var template = await DevelopmentStack.WriteTemplateAsync(settings.Template, CancellationToken.None);
        var stack = builder.AddAWSCloudFormationTemplate("stack", template, settings.Stack);
        foreach (var (name, value) in DevelopmentStack.Parameters(settings.Stack, Path.Combine(builder.AppHostDirectory, "..", "deploy", "dev.parameters")))
            stack.WithParameter(name, value);
        return stack;
    }
}
#endif
