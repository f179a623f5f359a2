using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Tests.Aws;
using OrderSystem.Tests.Deployment.Scripts;

namespace OrderSystem.Tests.AppHost;

/// <summary>
/// Tests the option <c>--cloud aws</c> with a fake command <c>aws</c> that describes a stack whose tables are in DynamoDB
/// Local.
/// </summary>
public sealed class StackTests(OrderTablesFixture tables) : IClassFixture<OrderTablesFixture>, IDisposable
{
    private const string Describe = "cloudformation describe-stacks --stack-name orders-test*";

    private readonly ScriptedAws _aws = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_local_API_uses_the_tables_of_the_stack()
    {
        var port = FreePort.Next();
        _aws.Answer(Describe, Stack("UPDATE_COMPLETE",
            """{"OutputKey":"OrdersTableName","OutputValue":"test-Orders"},{"OutputKey":"ApiUrl","OutputValue":"https://api"}"""),
            error: "a newer version is there\n");
        _aws.Answer("configure export-credentials --format process*",
            """{"Version":1,"AccessKeyId":"key","SecretAccessKey":"secret","SessionToken":"token","Expiration":"2126-11-24T12:00:00+00:00"}""");
        await using var run = Start("--stack", "orders-test", "--port", string.Create(CultureInfo.InvariantCulture, $"api={port}"));
        using var api = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        await run.UpAsync(api, Cancelled);
        Assert.Contains(_aws.Calls, call => call.StartsWith("cloudformation describe-stacks", StringComparison.Ordinal) && call.EndsWith("--region us-east-1", StringComparison.Ordinal));

        var order = new { orderId = "at-the-desk", customerId = "c-1", currency = "EUR", payment = new { token = "tok_ok" }, lines = new[] { new { sku = "A1", quantity = 1, unitPrice = 9.95m } } };
        using var placed = await api.PostAsJsonAsync("/orders", order, Cancelled);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        var item = await tables.Client.GetItemAsync(tables.Tables.Orders, new Dictionary<string, AttributeValue> { ["orderId"] = new("at-the-desk") }, Cancelled);
        Assert.Equal("Pending", item.Item["status"].S);
        // An AppHost on a developer's machine must not seed the stock of a deployed stack.
        using var stock = await api.GetAsync(new Uri("/inventory/A1", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, stock.StatusCode);
        Assert.Contains("aws logs tail /aws/lambda/orders-test-process-orders", run.Output, StringComparison.Ordinal);
        Assert.Contains("credentials expire at", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stack with id orders-test does not exist", "There is no stack orders-test", "deploy/deploy.sh --stack-name orders-test")]
    [InlineData("You must specify a region. You can also configure your region by running \"aws configure\".", "No region is set", "Set AWS_REGION")]
    [InlineData("Unable to locate credentials. You can configure credentials by running \"aws configure\".", "AWS rejected the credentials", "aws sso login")]
    [InlineData("Error when retrieving token from sso: Token has expired and refresh failed", "AWS rejected the credentials", "aws sso login")]
    [InlineData("An error occurred (AccessDenied) when calling the DescribeStacks operation", "The stack orders-test could not be described", "AccessDenied")]
    public async Task A_missing_stack_region_or_credential_prints_what_to_do(string complaint, string what, string advice)
    {
        _aws.Answer(Describe, error: complaint, exitCode: 254);
        await using var run = Start("--stack", "orders-test");
        Assert.Equal(1, await run.EndAsync(Cancelled));
        Assert.Contains(what, run.Output, StringComparison.Ordinal);
        Assert.Contains(advice, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ROLLBACK_COMPLETE", "orders-test is ROLLBACK_COMPLETE")]
    [InlineData("CREATE_COMPLETE", "was not created from deploy/template.yaml")]
    public async Task An_unusable_stack_is_refused(string status, string complaint)
    {
        _aws.Answer(Describe, Stack(status, """{"OutputKey":"Other","OutputValue":"1"}"""));
        _aws.Answer("configure*", exitCode: 252);
        await using var run = Start("--stack", "orders-test");
        Assert.Equal(1, await run.EndAsync(Cancelled));
        Assert.Contains(complaint, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_AWS_CLI_is_reported()
    {
        var nothing = Directory.CreateTempSubdirectory("empty-");
        await using var run = Start(new Dictionary<string, string> { ["PATH"] = nothing.FullName }, "--stack", "orders-test");
        Assert.Equal(1, await run.EndAsync(Cancelled));
        Assert.Contains("--cloud aws needs the AWS CLI", run.Output, StringComparison.Ordinal);
        nothing.Delete();
    }

    [Fact]
    public async Task A_template_requires_the_build_with_Aspire_Hosting_AWS()
    {
        await using var run = Start("--stack", "orders-test", "--template", "packaged.json");
        Assert.Equal(1, await run.EndAsync(Cancelled));
        Assert.Contains("deploy/deploy.sh --stack-name orders-test", run.Output, StringComparison.Ordinal);
        Assert.Empty(_aws.Calls);
    }

    private static string Stack(string status, string outputs) =>
        $$"""{"Stacks":[{"StackId":"arn:aws:cloudformation:eu-central-1:123456789012:stack/orders-test/1","StackName":"orders-test","StackStatus":"{{status}}","Outputs":[{{outputs}}]}]}""";

    private AppHostRun Start(params IEnumerable<string> arguments) => Start(
        new Dictionary<string, string>
        {
            ["PATH"] = $"{_aws.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ENDPOINT_URL_DYNAMODB"] = tables.Client.Config.ServiceURL,
        },
        arguments);

    private static AppHostRun Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) => AppHostRun.Start(environment, ["--cloud", "aws", .. arguments]);
}
