using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud;

namespace OrderSystem.Tests.Packages;

/// <summary>
/// Runs the packaged template in LocalCloud. Every function is served by its package, started in the way that Lambda starts
/// it.
/// </summary>
[Collection(PackagesCollection.Name)]
public sealed class PackagedStackTests(PackagedStackTests.Stack stack) : IClassFixture<PackagedStackTests.Stack>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tok_ok", "Completed", "charge")]
    [InlineData("tok_declined", "Rejected", "")]
    public async Task An_order_through_the_packages_reaches_its_end(string token, string end, string ledger)
    {
        await stack.RequestAsync("PUT", "/inventory/A1", """{"available":100}""");
        var orderId = $"packaged-{token.Replace('_', '-')}";
        var created = await stack.RequestAsync(
            "POST", "/orders", $$$"""{"orderId":"{{{orderId}}}","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"{{{token}}}"}}""");
        Assert.Equal("Order Created", (string?)created["message"]);

        JsonNode order;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
            order = await stack.RequestAsync("GET", $"/orders/{orderId}");
        }
        while ((string?)order["status"] is not ("Completed" or "Rejected"));
        Assert.True(end == (string?)order["status"], $"{order}\n{stack.Log}");
        var payments = await stack.RequestAsync("GET", $"/orders/{orderId}/payments");
        Assert.Equal(ledger, string.Join(' ', payments["entries"]?.AsArray().Select(entry => (string)entry!["entry"]!) ?? []));
    }

    /// <summary>The running stack, started once for all tests.</summary>
    public sealed class Stack(PublishedPackages packages) : IAsyncLifetime
    {
        private readonly DynamoDbLocalFixture _dynamoDb = new();
        private readonly List<FunctionProcess> _processes = [];
        private LocalCloudHost? _localCloud;
        private HttpClient? _client;

        /// <summary>The output of the functions.</summary>
        public string Log => string.Join('\n', _processes.Select(process => process.Log));

        public async ValueTask InitializeAsync()
        {
            await _dynamoDb.InitializeAsync();
            _localCloud = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DynamoDbEndpoint = _dynamoDb.Endpoint, TemplatePath = packages.Template }, Cancelled);
            _client = new HttpClient { BaseAddress = _localCloud.Address };
            using var text = new StreamReader(packages.Template);
            var resources = TemplateReader.Read(text, packages.Template)["Resources"]!.AsObject();
            var declared = JsonNode.Parse(await _client.GetStringAsync("/2015-03-31/functions/", Cancelled))!["Functions"]!.AsArray();
            foreach (var function in declared)
            {
                var handler = (string)function!["Handler"]!;
                var package = (string)resources.Single(resource => (string?)resource.Value!["Properties"]!["Handler"] == handler).Value!["Properties"]!["Code"]!;
                var variables = function["Environment"]!["Variables"]!.AsObject().ToDictionary(variable => variable.Key, variable => (string)variable.Value!);
                // In AWS, these variables are not set, because the SDK determines the endpoints itself.
                variables["AWS_ENDPOINT_URL"] = _localCloud.Address.ToString();
                variables["AWS_ENDPOINT_URL_DYNAMODB"] = _dynamoDb.Endpoint.ToString();
                _processes.Add(FunctionProcess.StartPackage(packages.Unpack(package), (string)function["FunctionName"]!, handler, _localCloud.Address, variables));
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
            _client?.Dispose();
            if (_localCloud is not null)
                await _localCloud.DisposeAsync();
            await _dynamoDb.DisposeAsync();
        }

        /// <summary>Sends a request as API Gateway does.</summary>
        /// <returns>The body of the response.</returns>
        public async Task<JsonNode> RequestAsync(string method, string path, string? body = null)
        {
            var request = new JsonObject
            {
                ["version"] = "2.0",
                ["routeKey"] = "$default",
                ["rawPath"] = path,
                ["rawQueryString"] = "",
                ["headers"] = new JsonObject { ["content-type"] = "application/json", ["x-forwarded-proto"] = "https" },
                ["requestContext"] = new JsonObject
                {
                    ["stage"] = "$default",
                    ["requestId"] = Guid.NewGuid().ToString(),
                    ["authorizer"] = new JsonObject { ["iam"] = new JsonObject { ["userArn"] = "arn:aws:sts::123456789012:assumed-role/shop/session" } },
                    ["http"] = new JsonObject { ["method"] = method, ["path"] = path, ["protocol"] = "HTTP/1.1", ["sourceIp"] = "203.0.113.9" },
                },
                ["body"] = body,
                ["isBase64Encoded"] = false,
            };
            using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _client!.PostAsync("/2015-03-31/functions/order-system-api/invocations", content, Cancelled);
            var text = await answer.Content.ReadAsStringAsync(Cancelled);
            Assert.True(answer.IsSuccessStatusCode && !answer.Headers.Contains("X-Amz-Function-Error"), string.Create(CultureInfo.InvariantCulture, $"{answer.StatusCode} {text}\n{Log}"));
            return JsonNode.Parse((string)JsonNode.Parse(text)!["body"]!)!;
        }
    }
}
