namespace OrderSystem.AppHost.Aws;

/// <summary>Runs the API on this machine with the tables of a stack in AWS.</summary>
internal static class AwsCloud
{
    /// <summary>Points the API at a stack, with the region and the credentials of the AWS CLI.</summary>
    /// <exception cref="StackUnavailableException">The stack or the credentials are missing; the message says what to do.</exception>
    public static async Task<IResourceBuilder<ProjectResource>> OnStackAsync(this IResourceBuilder<ProjectResource> api, AppHostSettings settings)
    {
#if ASPIRE_HOSTING_AWS
        return await api.OnAspireStackAsync(settings);
#else
        if (settings.Template is not null)
            throw new StackUnavailableException(
                "--template needs a build with -p:AspireHostingAws=true. Or deploy the stack with deploy/deploy.sh --stack-name "
                    + $"{settings.Stack} --s3-bucket NAME --parameters deploy/dev.parameters, and leave --template out.");
        var stack = await AwsStack.FindAsync(settings.Stack, CancellationToken.None);
        var prefix = stack.TablePrefix;
        var session = await AwsSession.OpenAsync(CancellationToken.None);
        if (session.Until is { } until)
            Console.WriteLine($"The AWS credentials expire at {until.ToLocalTime():t}: restart the AppHost then.");
        Console.WriteLine($"Tables, stream function and workflow run in AWS, in the stack {stack.Name}. To follow the function's log: aws logs tail /aws/lambda/{stack.Name}-process-orders --follow");
        return api.WithEnvironment(context =>
        {
            foreach (var (name, value) in session.Environment)
                context.EnvironmentVariables[name] = value;
            context.EnvironmentVariables["AWS_REGION"] = stack.Region;
            context.EnvironmentVariables["OrderSystem__TablePrefix"] = prefix;
        });
#endif
    }
}
