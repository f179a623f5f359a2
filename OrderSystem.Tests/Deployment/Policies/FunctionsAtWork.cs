using System.Net.Http.Json;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Aws;
using OrderSystem.Aws.StepFunctions;
using OrderSystem.Core;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.LocalCloud;
using OrderSystem.Tests.Api;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>
/// Runs the code of every function on all its paths, with the deployed template in LocalCloud and with DynamoDB Local, and
/// records each function's calls to AWS.
/// </summary>
public sealed class FunctionsAtWork : IAsyncLifetime
{
    private const string StateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:order-system-order-workflow";

    private readonly DynamoDbLocalFixture _dynamoDb = new();
    private readonly Dictionary<string, CallRecorder> _recorders = new(StringComparer.Ordinal);
    private readonly List<ServiceProvider> _functions = [];
    private LocalCloudHost? _localCloud;
    private ServiceProvider? _unseen;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Returns the AWS calls that a function made. The name is the function's logical id without <c>Function</c>.</summary>
    internal IReadOnlyCollection<AwsCall> Calls(string function) => _recorders[function].Calls;

    public async ValueTask InitializeAsync()
    {
        await _dynamoDb.InitializeAsync();
        _localCloud = await LocalCloudHost.StartAsync(
            new LocalCloudOptions { Port = 0, DynamoDbEndpoint = _dynamoDb.Endpoint, TemplatePath = Repository.TemplatePath }, CancellationToken);
        _unseen = Services(new CallRecorder(), gateway: null);
        await _unseen.GetRequiredService<IInventory>().SetAsync("A1", 1000, CancellationToken);

        await RunAsync(await PlaceAsync(), "ValidateOrder", "ProcessPayment", "UpdateInventory", "NotifyCustomer", "CompleteOrder");
        await RunAsync(await PlaceAsync(sku: "NONE"), "ValidateOrder", "ProcessPayment", "UpdateInventory", "RefundPayment", "RejectOrder");
        await RunAsync(await PlaceAsync(), "ValidateOrder", "ProcessPayment", "UpdateInventory", "ReleaseInventory", "RefundPayment", "RejectOrder");
        await RunAsync(await PlaceAsync("tok_declined"), "ValidateOrder", "ProcessPayment", "RejectOrder");
        await RunAsync(await PlaceAsync("tok_late"), "ValidateOrder", "ProcessPayment");
        await RunProcessorAsync();
        await RunApiAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var function in _functions)
            await function.DisposeAsync();
        if (_localCloud is not null)
            await _localCloud.DisposeAsync();
        await _dynamoDb.DisposeAsync();
    }

    private async Task<string> PlaceAsync(string token = "tok_ok", string sku = "A1")
    {
        var order = Sample.Order(token: token, lines: new OrderLine(sku, 1, 9.95m));
        await _unseen!.GetRequiredService<IOrderStore>().InsertAsync(order, CancellationToken);
        return order.OrderId;
    }

    private async Task RunAsync(string orderId, params string[] steps)
    {
        foreach (var step in steps)
        {
            var services = Services(Recorder(step), new LateGateway(_unseen!));
            await WorkflowSteps.All[step](services, new StepRequest(orderId, step == "RejectOrder" ? RejectionReason.ProcessingFailed : null), CancellationToken);
        }
    }

    /// <summary>
    /// Starts an order's workflow, then tries to start a second execution with the same name but a different input, which fails.
    /// </summary>
    private async Task RunProcessorAsync()
    {
        var start = Services(Recorder("Processor"), gateway: null).GetRequiredService<StartWorkflow>();
        var orderId = Sample.Id();
        await start.HandleAsync(new OrderInserted(orderId, null), CancellationToken);
        await Assert.ThrowsAsync<WorkflowConflictException>(() => start.HandleAsync(new OrderInserted(orderId, "other"), CancellationToken));
    }

    private async Task RunApiAsync()
    {
        await using var app = ApiFixture.Build(services => AddClients(services, Recorder("Api")));
        await app.StartAsync(CancellationToken);
        using var client = app.GetTestClient();
        var order = new { orderId = Sample.Id(), customerId = "c-1", currency = "EUR", payment = new { token = "tok_ok" }, lines = new[] { new { sku = "A1", quantity = 1, unitPrice = 9.95m } } };
        for (var repeat = 0; repeat < 2; repeat++)
        {
            using var placed = await client.PostAsJsonAsync("/orders", order, CancellationToken);
            Assert.True(placed.IsSuccessStatusCode, await placed.Content.ReadAsStringAsync(CancellationToken));
        }

        using var stocked = await client.PutAsJsonAsync("/inventory/B1", new { available = 5 }, CancellationToken);
        Assert.True(stocked.IsSuccessStatusCode, await stocked.Content.ReadAsStringAsync(CancellationToken));
        foreach (var path in new[] { $"/orders/{order.orderId}", "/orders?customerId=c-1", "/orders?status=Pending", "/inventory/B1", "/health" })
        {
            using var answer = await client.GetAsync(path, CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(CancellationToken));
        }

        using var payments = await client.GetAsync($"/orders/{order.orderId}/payments", CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, payments.StatusCode);
    }

    private CallRecorder Recorder(string function) =>
        _recorders.TryGetValue(function, out var recorder) ? recorder : _recorders[function] = new CallRecorder();

    private ServiceProvider Services(CallRecorder recorder, IPaymentGateway? gateway)
    {
        var services = new ServiceCollection().AddLogging();
        AddClients(services, recorder);
        if (gateway is not null)
            services.AddSingleton(gateway);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("OrderSystem:StateMachineArn", (string?)StateMachineArn)]).Build();
        var provider = services.AddOrders().AddAwsCloud(configuration).BuildServiceProvider();
        _functions.Add(provider);
        return provider;
    }

    private void AddClients(IServiceCollection services, CallRecorder recorder)
    {
        var credentials = new BasicAWSCredentials("local", "local");
        services.AddSingleton<IAmazonDynamoDB>(_ => new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig
        {
            ServiceURL = _dynamoDb.Endpoint.ToString(),
            AuthenticationRegion = "us-east-1",
            HttpClientFactory = recorder,
        }));
        services.AddSingleton(_ => new StepFunctionsConfig
        {
            ServiceURL = _localCloud!.Address.ToString(),
            AuthenticationRegion = "us-east-1",
            DefaultAWSCredentials = credentials,
            HttpClientFactory = recorder,
        });
    }

    /// <summary>
    /// Simulates a charge that is made too late: if the token is <c>tok_late</c>, voids the payment and rejects the order
    /// before it charges.
    /// </summary>
    private sealed class LateGateway(IServiceProvider others) : IPaymentGateway
    {
        private readonly SimulatedPaymentGateway _gateway = new();

        public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
        {
            if (request.Token.Secret == "tok_late")
            {
                await others.GetRequiredService<RefundPayment>().HandleAsync(new StepRequest(request.OrderId), cancellationToken);
                await others.GetRequiredService<RejectOrder>().HandleAsync(new StepRequest(request.OrderId), cancellationToken);
            }

            return await _gateway.ChargeAsync(request, cancellationToken);
        }

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => _gateway.RefundAsync(request, cancellationToken);
    }
}
