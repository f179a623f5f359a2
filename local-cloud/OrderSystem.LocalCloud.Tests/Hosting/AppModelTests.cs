using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.LocalCloud.Tests.Hosting;

/// <summary>Tests what LocalCloud's Aspire integration adds to an AppHost's model, without running the AppHost.</summary>
public sealed class AppModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("app-model-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task WithReference_points_the_AWS_SDKs_at_LocalCloud_and_DynamoDB_Local()
    {
        var builder = Builder();
        var aws = builder.AddLocalCloud("aws").WithRegion("eu-west-1").WithDynamoDBLocal(options => options.Runtime = DynamoDBLocalRuntime.Java);
        var program = builder.AddExecutable("program", "program", ".").WithReference(aws);
        var variables = await VariablesAsync(builder, program.Resource);
        Assert.Equal(("eu-west-1", "local", "local"), (variables["AWS_REGION"], variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]));
        Assert.Same(aws.Resource.Endpoint, variables["AWS_ENDPOINT_URL"]);
        Assert.Equal("dynamodb", Assert.IsType<EndpointReference>(variables["AWS_ENDPOINT_URL_DYNAMODB"]).Resource.Name);
        Assert.Contains(program.Resource.Annotations.OfType<ResourceRelationshipAnnotation>(), relationship => relationship.Resource == aws.Resource);
    }

    [Fact]
    public async Task Without_DynamoDB_Local_the_SDK_uses_one_endpoint()
    {
        var builder = Builder();
        var program = builder.AddExecutable("program", "program", ".").WithReference(builder.AddLocalCloud("aws"));
        Assert.DoesNotContain("AWS_ENDPOINT_URL_DYNAMODB", (await VariablesAsync(builder, program.Resource)).Keys);
    }

    [Fact]
    public async Task LocalCloud_is_started_with_template_stack_parameters_and_data()
    {
        var builder = Builder();
        var prefix = builder.AddParameter("prefix", "p-");
        var aws = builder.AddLocalCloud("aws", port: 4999).WithTemplate(Template("Resources: {}")).WithStackName("shop")
            .WithParameter("Stage", "dev").WithParameter("Prefix", prefix).WithDataDirectory(_folder.FullName);
        var arguments = await ArgumentsAsync(builder, aws.Resource);
        Assert.Equal("exec", arguments[0]);
        Assert.EndsWith("OrderSystem.LocalCloud.dll", arguments[1].ToString(), StringComparison.Ordinal);
        Assert.Equal(
            ["--stack-name", "shop", "--template", Path.Combine(_folder.FullName, "template.yaml"), "--parameter", "Prefix={0}", "--parameter",
                "Stage=dev", "--data", Path.Combine(_folder.FullName, "aws")],
            arguments.Skip(6).Select(argument => argument is ReferenceExpression expression ? expression.Format : argument.ToString()));
        var endpoint = Assert.Single(aws.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal((4999, false, "127.0.0.1"), (endpoint.Port, endpoint.IsProxied, endpoint.TargetHost));
    }

    [Fact]
    public void A_template_that_does_not_exist_is_refused_with_its_path()
    {
        var failure = Assert.Throws<DistributedApplicationException>(() => Builder().AddLocalCloud("aws").WithTemplate("nowhere.yaml"));
        Assert.Matches("nowhere.yaml of aws does not exist", failure.Message);
    }

    [Fact]
    public void An_AppHost_without_the_package_gets_an_error_naming_the_package()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "OrderSystem.CloudFormation", DisableDashboard = true });
        Assert.Contains("Reference the package OrderSystem.LocalCloud.Hosting", Assert.Throws<DistributedApplicationException>(() => builder.AddLocalCloud("aws")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_Docker_DynamoDB_Local_is_a_container_with_optional_persistence(bool persistent)
    {
        var builder = Builder();
        builder.AddLocalCloud("aws", FreePort.Next()).WithDataDirectory(_folder.FullName).WithDynamoDBLocal(options =>
        {
            options.Runtime = DynamoDBLocalRuntime.Docker;
            options.IsPersistent = persistent;
            options.Port = 8123;
        });
        var container = Assert.Single(builder.Resources.OfType<ContainerResource>());
        Assert.True(container.TryGetContainerImageName(out var image));
        Assert.StartsWith("amazon/dynamodb-local", image, StringComparison.Ordinal);
        Assert.Equal(persistent, container.Annotations.OfType<ContainerLifetimeAnnotation>().Any(lifetime => lifetime.Lifetime == ContainerLifetime.Persistent));
        Assert.Equal((8123, 8000), (Assert.Single(container.Annotations.OfType<EndpointAnnotation>()).Port!.Value, container.Annotations.OfType<EndpointAnnotation>().Single().TargetPort!.Value));

        await StartingAsync(builder);
        Assert.Equal(["-jar", "DynamoDBLocal.jar", "-sharedDb", "-disableTelemetry", "-dbPath", "/data"], (await ArgumentsAsync(builder, container)).Select(argument => argument.ToString()));
        Assert.Equal(Path.Combine(_folder.FullName, "dynamodb"), Assert.Single(container.Annotations.OfType<ContainerMountAnnotation>()).Source);
    }

    [Fact]
    public async Task Template_resources_are_children_of_LocalCloud_and_not_in_the_manifest()
    {
        var builder = Builder();
        var aws = builder.AddLocalCloud("aws", FreePort.Next()).WithTemplate(Template("""
            Resources:
              Orders: { Type: AWS::DynamoDB::Table }
              Queue: { Type: AWS::SQS::Queue }
              Bucket: { Type: AWS::S3::Bucket }
              Handler: { Type: AWS::Serverless::Function }
            """));
        builder.AddExecutable("queue", "program", ".");
        var model = await StartingAsync(builder);
        var children = model.Resources.OfType<IResourceWithParent<LocalCloudResource>>().ToList();
        Assert.Equal(["Handler", "Orders", "aws-Queue"], children.Select(child => child.Name).Order(StringComparer.Ordinal));
        Assert.All(children, child => Assert.Same(aws.Resource, child.Parent));
        Assert.All<IResource>([aws.Resource, .. children], resource => Assert.Contains(ManifestPublishingCallbackAnnotation.Ignore, resource.Annotations));
    }

    [Fact]
    public async Task Two_LocalClouds_in_one_AppHost_do_not_share_names_ports_or_data()
    {
        var builder = Builder();
        var first = builder.AddLocalCloud("first").WithDataDirectory(_folder.FullName).WithDynamoDBLocal(options => options.Runtime = DynamoDBLocalRuntime.Java);
        var second = builder.AddLocalCloud("second").WithDataDirectory(_folder.FullName).WithDynamoDBLocal(options => options.Runtime = DynamoDBLocalRuntime.Java);
        Assert.Equal(["dynamodb", "first", "second", "second-dynamodb"], builder.Resources.Select(resource => resource.Name).Order(StringComparer.Ordinal));
        var ports = builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()).Select(endpoint => endpoint.Port).ToList();
        Assert.Equal([4566, 8000, null, null], ports.OrderBy(port => port ?? int.MaxValue));
        Assert.NotEqual((await ArgumentsAsync(builder, first.Resource)).Last(), (await ArgumentsAsync(builder, second.Resource)).Last());
    }

    [Fact]
    public async Task Published_programs_do_not_reference_LocalCloud()
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions
            {
                AssemblyName = "OrderSystem.LocalCloud.Tests",
                DisableDashboard = true,
                Args = ["--operation", "publish", "--step", "publish"]
            });
        var aws = builder.AddLocalCloud("aws").WithDynamoDBLocal();
        var program = builder.AddExecutable("program", "program", ".").ServesFunction(aws, "Function").WithEnvironment("ARN", aws.GetOutput("Arn"));
        Assert.True(builder.ExecutionContext.IsPublishMode);
        Assert.DoesNotContain(await VariablesAsync(builder, program.Resource), variable => variable.Key == "ARN" || variable.Key.StartsWith("AWS_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_parameter_stays_a_reference_that_Aspire_can_hide()
    {
        var builder = Builder();
        var aws = builder.AddLocalCloud("aws").WithParameter("Password", builder.AddParameter("password", "hunter2", secret: true));
        Assert.DoesNotContain(await ArgumentsAsync(builder, aws.Resource), argument => argument.ToString()!.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_that_serves_functions_twice_is_refused()
    {
        var builder = Builder();
        var aws = builder.AddLocalCloud("aws");
        var program = builder.AddExecutable("program", "program", ".").ServesFunction(aws, "First");
        Assert.Contains("already serves functions", Assert.Throws<DistributedApplicationException>(() => program.ServesFunction(aws, "Second")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Projects_start_from_their_built_assemblies()
    {
        var builder = Builder();
        builder.StartBuiltProjects();
        var program = builder.AddProject("program", Path.Combine(Repository.Root, "local-cloud", "OrderSystem.LocalCloud", "OrderSystem.LocalCloud.csproj"));
        await StartingAsync(builder);
        Assert.Equal("dotnet", Assert.Single(program.Resource.Annotations.OfType<ExecutableAnnotation>()).Command);
        Assert.Equal(["exec", Repository.Assembly("OrderSystem.LocalCloud")], (await ArgumentsAsync(builder, program.Resource)).Select(argument => argument.ToString()));
    }

    [Theory]
    [InlineData("Queue", "Queue")]
    [InlineData("ALogicalIdThatIsLongerThanTheSixtyFourCharactersWhichANameMayHaveInAspire", "ALogicalIdThatIsLongerThanTheSixtyFourCharactersWhichAN-")]
    public void Long_logical_ids_are_shortened_and_stay_distinct(string logicalId, string start)
    {
        var parent = new LocalCloudResource("aws", "LocalCloud.dll");
        var name = OrderSystem.LocalCloud.Hosting.Stack.StackChildResource.NameOf(parent, logicalId, _ => false);
        Assert.StartsWith(start, name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 1, 64);
        Assert.NotEqual(name, OrderSystem.LocalCloud.Hosting.Stack.StackChildResource.NameOf(parent, logicalId + "X", _ => false));
    }

    private static IDistributedApplicationBuilder Builder()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "OrderSystem.LocalCloud.Tests", DisableDashboard = true });
        // No resource is started, but Aspire requires the paths of its orchestrator and dashboard, which an AppHost's
        // build would set.
        (builder.Configuration["DcpPublisher:CliPath"], builder.Configuration["DcpPublisher:DashboardPath"]) = ("dcp", "dashboard");
        return builder;
    }

    private string Template(string text)
    {
        var path = Path.Combine(_folder.FullName, "template.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<Dictionary<string, object>> VariablesAsync(IDistributedApplicationBuilder builder, ExecutableResource resource)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, cancellationToken: CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        return context.EnvironmentVariables;
    }

    private static async Task<IList<object>> ArgumentsAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        var context = new CommandLineArgsCallbackContext([], resource, CancellationToken) { ExecutionContext = builder.ExecutionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);
        return context.Args;
    }

    private static async Task<DistributedApplicationModel> StartingAsync(IDistributedApplicationBuilder builder)
    {
        await using var app = builder.Build();
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        await builder.Eventing.PublishAsync(new BeforeStartEvent(app.Services, model), EventDispatchBehavior.BlockingSequential, CancellationToken);
        return model;
    }
}
