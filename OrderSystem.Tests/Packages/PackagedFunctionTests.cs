using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Tests.Aws;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Packages;

/// <summary>
/// Runs each published package as Lambda would: with only the variables that Lambda sets and those that are configured for the
/// function. LocalCloud's Runtime API delivers recorded events to it.
/// </summary>
[Collection(PackagesCollection.Name)]
public sealed class PackagedFunctionTests(PublishedPackages packages, LocalCloudFixture cloud, OrderTablesFixture tables)
    : IClassFixture<LocalCloudFixture>, IClassFixture<OrderTablesFixture>, IAsyncDisposable
{
    private readonly List<FunctionProcess> _processes = [];

    public static TheoryData<string> Steps => [.. WorkflowSteps.All.Keys];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
    }

    [Fact]
    public async Task The_API_handles_API_Gateway_events()
    {
        var function = Start("api.zip", "Api", ("OrderSystem__JwtOperateScopes", "orders.operate"));
        var created = await InvokeAsync(function, Event("api-post-order"));
        Assert.Equal(201, (int)created["statusCode"]!);
        Assert.Equal("/orders/recorded-1", (string?)created["headers"]!["Location"]);
        Assert.Equal("Pending", (string?)Body(created)["order"]!["status"]);
        Assert.Equal(200, (int)(await InvokeAsync(function, Event("api-post-order")))["statusCode"]!);

        var shown = await InvokeAsync(function, Event("api-get-order"));
        Assert.Equal(200, (int)shown["statusCode"]!);
        Assert.Equal("19.90", Body(shown)["total"]!.ToJsonString());

        var stocked = await InvokeAsync(function, Event("api-put-stock"));
        Assert.Equal(500, (int)Body(stocked)["available"]!);
        Assert.Equal("A-1", (string?)Body(stocked)["sku"]);

        var forbidden = await InvokeAsync(function, Event("api-put-stock").Replace("openid orders.operate", "openid", StringComparison.Ordinal));
        Assert.Equal((403, "application/problem+json"), ((int)forbidden["statusCode"]!, (string?)forbidden["headers"]!["Content-Type"]));
        var strangers = await InvokeAsync(function, Event("api-get-order").Replace("\"c-1\"", "\"c-2\"", StringComparison.Ordinal));
        Assert.Equal(404, (int)strangers["statusCode"]!);

        var unknown = await InvokeAsync(function, Event("api-get-order").Replace("recorded-1", "never-seen", StringComparison.Ordinal));
        Assert.Equal(404, (int)unknown["statusCode"]!);
        Assert.Equal("application/problem+json", (string?)unknown["headers"]!["Content-Type"]);
    }

    [Fact]
    public async Task The_stream_function_starts_workflows_and_reports_only_poison_records()
    {
        var machine = await CallStepFunctionsAsync("CreateStateMachine",
            """{"name":"packaged","roleArn":"arn:aws:iam::000000000000:role/test","definition":"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}""");
        var function = Start("processor.zip", "ProcessOrders", ("OrderSystem__StateMachineArn", (string)machine["stateMachineArn"]!));
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var answer = await InvokeAsync(function, Event("stream-batch"));
            Assert.Equal("""[{"itemIdentifier":"100000000000000000002"}]""", answer["batchItemFailures"]!.ToJsonString());
        }

        var execution = await CallStepFunctionsAsync("DescribeExecution", """{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:packaged:recorded-1"}""");
        Assert.Equal("""{"orderId":"recorded-1","traceparent":"00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}""", (string?)execution["input"]);
        var executions = await CallStepFunctionsAsync("ListExecutions", $$"""{"stateMachineArn":"{{machine["stateMachineArn"]}}"}""");
        Assert.Single(executions["executions"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Every_step_of_the_workflow_performs_its_task(string step)
    {
        var order = await OrderReadyForAsync(step);
        var function = Start("workflow.zip", step);
        for (var repeat = 0; repeat < 2; repeat++)
            Assert.Equal("""{"outcome":"Succeeded"}""", (await InvokeAsync(function, $$"""{"orderId":"{{order}}","reason":"processing_failed"}""")).ToJsonString());
        var expected = step switch
        {
            "ValidateOrder" => "Validated",
            "ProcessPayment" => "Paid",
            "UpdateInventory" or "NotifyCustomer" => "Reserved",
            "CompleteOrder" => "Completed",
            "RejectOrder" => "Rejected",
            _ => "Pending",
        };
        var item = await tables.Client.GetItemAsync(tables.Tables.Orders, new Dictionary<string, AttributeValue> { ["orderId"] = new(order) }, Cancelled);
        Assert.Equal(expected, item.Item["status"].S);
    }

    [Fact]
    public async Task A_failed_step_returns_an_error_with_its_type()
    {
        var function = Start("workflow.zip", "CompleteOrder");
        using var answer = await SendAsync(function, """{"orderId":"never-seen"}""");
        Assert.Equal("Unhandled", answer.Headers.GetValues("X-Amz-Function-Error").Single());
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.NotEmpty((string)error["errorType"]!);
        Assert.Contains("never-seen", (string)error["errorMessage"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_handler_fails_the_start_and_lists_the_known_ones()
    {
        var function = Start("workflow.zip", "ValidateOder");
        using var answer = await SendAsync(function, "{}");
        Assert.Equal("Unhandled", answer.Headers.GetValues("X-Amz-Function-Error").Single());
        Assert.Contains("Set it to one of ValidateOrder, ProcessPayment", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static string Event(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Packages", "Events", $"{name}.json"));

    private static JsonNode Body(JsonNode answer) => JsonNode.Parse((string)answer["body"]!)!;

    /// <summary>Inserts an order with the status that a step requires, and the stock that the order needs.</summary>
    private async Task<string> OrderReadyForAsync(string step)
    {
        var order = Sample.Order(lines: new OrderLine("A1", 1, 9.95m)) with
        {
            Status = step switch
            {
                "ProcessPayment" => OrderStatus.Validated,
                "UpdateInventory" => OrderStatus.Paid,
                "NotifyCustomer" or "CompleteOrder" => OrderStatus.Reserved,
                _ => OrderStatus.Pending,
            },
        };
        await new DynamoDbOrderStore(tables.Client, tables.Tables, TimeProvider.System).InsertAsync(order, Cancelled);
        await new DynamoDbInventory(tables.Client, tables.Tables, TimeProvider.System).SetAsync("A1", 1000, Cancelled);
        return order.OrderId;
    }

    private string Start(string package, string handler, params (string Name, string Value)[] variables)
    {
        var function = cloud.CreateFunction(timeoutSeconds: 60, handler: handler);
        var environment = variables.Append(("Cloud", "Aws")).Append(("OrderSystem__TablePrefix", "test-"))
            .Append(("AWS_ENDPOINT_URL", cloud.Host.Address.ToString())).Append(("AWS_ENDPOINT_URL_DYNAMODB", tables.Client.Config.ServiceURL))
            .ToDictionary(variable => variable.Item1, variable => variable.Item2);
        _processes.Add(FunctionProcess.StartPackage(packages.Unpack(package), function, handler, cloud.Host.Address, environment));
        return function;
    }

    private async Task<JsonNode> InvokeAsync(string function, string payload)
    {
        using var answer = await SendAsync(function, payload);
        var body = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode && !answer.Headers.Contains("X-Amz-Function-Error"),
            string.Create(CultureInfo.InvariantCulture, $"{answer.StatusCode} {body}\n{string.Join('\n', _processes.Select(process => process.Log))}"));
        return JsonNode.Parse(body)!;
    }

    private async Task<HttpResponseMessage> SendAsync(string function, string payload)
    {
        using var content = new StringContent(payload, Encoding.UTF8, "application/json");
        return await cloud.Client.PostAsync($"/2015-03-31/functions/{function}/invocations", content, Cancelled);
    }

    private async Task<JsonNode> CallStepFunctionsAsync(string operation, string payload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(payload, Encoding.UTF8, "application/x-amz-json-1.0") };
        request.Headers.Add("X-Amz-Target", $"AWSStepFunctions.{operation}");
        using var answer = await cloud.Client.SendAsync(request, Cancelled);
        var body = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }
}
