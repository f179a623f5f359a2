using System.Net;
using System.Text.Json;
using Amazon.SQS;
using OrderSystem.LocalCloud.Hosting.Tools;
using OrderSystem.Tests.Api;

namespace OrderSystem.Tests.Pipeline;

/// <summary>Tests the whole order system end to end, as a user runs it.</summary>
public sealed class PipelineTests(PipelineFixture pipeline) : IClassFixture<PipelineFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_completes_with_one_charge_and_takes_its_stock()
    {
        var before = await pipeline.StockAsync("B1", Cancelled);
        using var created = await pipeline.PostAsync("e2e-ok", "B1", 2, "tok_ok", Cancelled);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/orders/e2e-ok", created.Headers.Location?.OriginalString);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync("e2e-ok", Cancelled)));
        Assert.Equal(before - 2, await pipeline.StockAsync("B1", Cancelled));
        Assert.Equal(["charge"], await pipeline.LedgerAsync("e2e-ok", Cancelled));
    }

    [Fact]
    public async Task A_declined_payment_rejects_the_order_and_takes_no_stock()
    {
        var before = await pipeline.StockAsync("B2", Cancelled);
        using var _ = await pipeline.PostAsync("e2e-declined", "B2", 2, "tok_declined", Cancelled);
        Assert.Equal("Rejected", Status(await pipeline.EndOfAsync("e2e-declined", Cancelled)));
        Assert.Equal(before, await pipeline.StockAsync("B2", Cancelled));
        Assert.Empty(await pipeline.LedgerAsync("e2e-declined", Cancelled));
    }

    [Fact]
    public async Task Insufficient_stock_refunds_the_payment()
    {
        using var _ = await pipeline.PostAsync("e2e-short", "SOLD-OUT", 1, "tok_ok", Cancelled);
        var order = await pipeline.EndOfAsync("e2e-short", Cancelled);
        Assert.Equal("Rejected", Status(order));
        Assert.True(order.GetProperty("refunded").GetBoolean());
        Assert.Equal(["charge", "refund"], await pipeline.LedgerAsync("e2e-short", Cancelled));
        Assert.Equal(0, await pipeline.StockAsync("SOLD-OUT", Cancelled));
    }

    [Fact]
    public async Task A_gateway_timeout_is_retried_and_charges_once()
    {
        using var _ = await pipeline.PostAsync("e2e-timeout", "B1", 1, "tok_timeout_once", Cancelled);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync("e2e-timeout", Cancelled)));
        Assert.Equal(["charge"], await pipeline.LedgerAsync("e2e-timeout", Cancelled));
    }

    [Fact]
    public async Task One_trace_runs_from_the_request_to_the_last_state()
    {
        const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        string[] states = ["ValidateOrder", "ProcessPayment", "UpdateInventory", "NotifyCustomer", "CompleteOrder"];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders")
        {
            Content = new StringContent(
                """{"orderId":"e2e-trace","customerId":"c-1","currency":"EUR","lines":[{"sku":"B1","quantity":1,"unitPrice":1}],"payment":{"token":"tok_ok"}}""",
                System.Text.Encoding.UTF8,
                "application/json"),
        };
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using var created = await pipeline.Api.SendAsync(request, Cancelled);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync("e2e-trace", Cancelled)));

        await pipeline.EventuallyAsync(
            () => "the spans of four exporters; so far there are " + string.Join(", ", pipeline.Telemetry.Trace(TraceId).Select(span => $"{span.Service}: {span.Name}").Order()),
            () =>
            {
                var spans = pipeline.Telemetry.Trace(TraceId);
                var hasStates = states.All(state => spans.Count(span => span.Name == state) == 2);
                return Task.FromResult<bool?>(hasStates && new[] { "POST /orders", "process Orders", "SFN.StartExecution", "execution order-system-order-workflow" }
                    .All(name => spans.Any(span => span.Name == name)) ? true : null);
            },
            Cancelled);
        var trace = pipeline.Telemetry.Trace(TraceId);

        Assert.Equal(["api", "local-cloud", "processor", "workflow"], trace.Select(span => span.Service).Distinct().Order());
        var known = trace.Select(span => span.SpanId).Append("00f067aa0ba902b7").ToHashSet();
        Assert.All(trace, span => Assert.Contains(span.ParentSpanId!, known));
        foreach (var state in states)
        {
            var ofState = Assert.Single(trace, span => span.Service == "local-cloud" && span.Name == state);
            Assert.Single(trace, span => span.Service == "workflow" && span.Name == state && span.ParentSpanId == ofState.SpanId);
        }

        Assert.Single(trace, span => span is { Service: "processor", Name: "process Orders" });
    }

    [Fact]
    public async Task Spans_follow_the_semantic_conventions()
    {
        const string TraceId = "7bf92f3577b34da6a3ce929d0e0e4701";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders")
        {
            Content = new StringContent(
                """{"orderId":"e2e-conventions","customerId":"c-1","currency":"EUR","lines":[{"sku":"B1","quantity":1,"unitPrice":1}],"payment":{"token":"tok_ok"}}""",
                System.Text.Encoding.UTF8,
                "application/json"),
        };
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using var created = await pipeline.Api.SendAsync(request, Cancelled);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync("e2e-conventions", Cancelled)));

        await HasSpanAsync("api", ("db.system.name", "aws.dynamodb"), ("db.operation.name", "TransactWriteItems"), ("aws.dynamodb.table_names", ""));
        await HasSpanAsync("api", ("http.request.method", "POST"), ("http.route", "/orders"));
        await HasSpanAsync("processor", ("messaging.operation.type", "process"), ("messaging.system", "aws.dynamodb_streams"), ("messaging.destination.name", "Orders"));
        await HasSpanAsync("processor", ("rpc.system.name", "aws-api"), ("rpc.method", "SFN/StartExecution"));
        await HasSpanAsync("workflow", ("faas.trigger", "other"));
        await HasSpanAsync("local-cloud", ("aws.step_functions.state.type", "Task"));

        async Task HasSpanAsync(string service, params (string Name, string Value)[] attributes) => await pipeline.EventuallyAsync(
            () => $"a span of {service} with {string.Join(", ", attributes)}; there are "
                + string.Join('\n', pipeline.Telemetry.Trace(TraceId).Where(span => span.Service == service)
                .Select(span => $"{span.Name}: {string.Join(", ", span.Attributes)}")),
            () => Task.FromResult<bool?>(
                pipeline.Telemetry.Trace(TraceId)
                .Any(span => span.Service == service
                    && attributes.All(attribute => span.Attributes.TryGetValue(attribute.Name, out var value) && value == attribute.Value)) ? true : null),
            Cancelled);
    }

    [Theory]
    [InlineData("orders.accepted")]
    [InlineData("aws.lambda.iterator_age")]
    [InlineData("aws.lambda.event_source_mapping.batch_size")]
    [InlineData("aws.step_functions.executions")]
    [InlineData("aws.step_functions.state.duration")]
    public async Task Metrics_are_exported(string metric)
    {
        var orderId = $"e2e-{metric.Replace('.', '-')}";
        using var created = await pipeline.PostAsync(orderId, "B1", 1, "tok_ok", Cancelled);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync(orderId, Cancelled)));
        await pipeline.EventuallyAsync(() => $"the metric {metric}", () => Task.FromResult<bool?>(pipeline.Telemetry.Mentions(metric) ? true : null), Cancelled);
    }

    [Fact]
    public async Task Neither_logs_nor_spans_contain_the_payment_token()
    {
        const string Token = "tok_never-to-be-told";
        using var created = await pipeline.PostAsync("e2e-secret", "B1", 1, Token, Cancelled);
        Assert.Equal("Completed", Status(await pipeline.EndOfAsync("e2e-secret", Cancelled)));
        await pipeline.EventuallyAsync(() => "a log line about e2e-secret", () => Task.FromResult(pipeline.HasSaid("e2e-secret") ? true : (bool?)null), Cancelled);
        Assert.False(pipeline.HasSaid(Token));
        await pipeline.EventuallyAsync(() => "spans of e2e-secret", () => Task.FromResult(pipeline.Telemetry.Mentions("e2e-secret") ? true : (bool?)null), Cancelled);
        Assert.False(pipeline.Telemetry.Mentions(Token));
    }

    [Fact]
    public async Task Hostile_bodies_leave_the_pipeline_unaffected()
    {
        foreach (var row in HostileBodyTests.Bodies)
        {
            using var response = await pipeline.Api.PostAsync("/orders", new StringContent(row.Data, System.Text.Encoding.UTF8, "application/json"), Cancelled);
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }

        foreach (var orderId in new[] { "o-1", "o-2" })
        {
            using var order = await pipeline.Api.GetAsync($"/orders/{orderId}", Cancelled);
            Assert.Equal(HttpStatusCode.NotFound, order.StatusCode);
        }

        using var health = await pipeline.Api.GetAsync("/health", Cancelled);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Two_hundred_concurrent_orders_all_end_and_stock_adds_up()
    {
        string[] tokens = ["tok_ok", "tok_ok", "tok_ok", "tok_declined", "tok_timeout_once"];
        var before = await pipeline.StockAsync("A1", Cancelled);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 200, CancellationToken = Cancelled }, async (i, cancellationToken) =>
        {
            while (true)
            {
                using var answer = await pipeline.PostAsync($"e2e-many-{i}", "A1", 1 + (i % 3), tokens[i % tokens.Length], cancellationToken);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}; the last log lines of the processes:\n{pipeline.Log()}");
                    break;
                }

                // On a slow machine, the API may refuse some of the 200 orders with status 503 and the header Retry-After.
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? throw new InvalidOperationException("503 without Retry-After"), TimeProvider.System, cancellationToken);
            }
        });

        var sold = 0;
        for (var i = 0; i < 200; i++)
        {
            var completed = Status(await pipeline.EndOfAsync($"e2e-many-{i}", Cancelled)) == "Completed";
            Assert.Equal(tokens[i % tokens.Length] != "tok_declined", completed);
            Assert.Equal(completed ? ["charge"] : [], await pipeline.LedgerAsync($"e2e-many-{i}", Cancelled));
            sold += completed ? 1 + (i % 3) : 0;
        }

        Assert.Equal(before - sold, await pipeline.StockAsync("A1", Cancelled));
    }

    [Fact]
    public async Task Killing_the_processor_neither_loses_nor_duplicates_orders()
    {
        var before = await pipeline.StockAsync("A2", Cancelled);
        for (var i = 0; i < 40; i++)
        {
            using var created = await pipeline.PostAsync($"e2e-kill-{i}", "A2", 1, "tok_ok", Cancelled);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            if (i == 20)
            {
                using var processor = pipeline.Child("Processor");
                processor.Kill();
            }
        }

        for (var i = 0; i < 40; i++)
        {
            Assert.Equal("Completed", Status(await pipeline.EndOfAsync($"e2e-kill-{i}", Cancelled)));
            Assert.Equal(["charge"], await pipeline.LedgerAsync($"e2e-kill-{i}", Cancelled));
        }

        Assert.Equal(before - 40, await pipeline.StockAsync("A2", Cancelled));
    }

    [Fact]
    public async Task The_AWS_CLI_reads_executions_and_the_orders_table()
    {
        using var _ = await pipeline.PostAsync("e2e-cli", "B1", 1, "tok_ok", Cancelled);
        await pipeline.EndOfAsync("e2e-cli", Cancelled);

        var machine = "arn:aws:states:us-east-1:000000000000:stateMachine:order-system-order-workflow";
        var executions = await AwsAsync(pipeline.LocalCloud, "stepfunctions", "list-executions", "--state-machine-arn", machine);
        var execution = executions.GetProperty("executions").EnumerateArray().First().GetProperty("executionArn").GetString()!;
        var described = await AwsAsync(pipeline.LocalCloud, "stepfunctions", "describe-execution", "--execution-arn", execution);
        Assert.Equal(machine, described.GetProperty("stateMachineArn").GetString());

        var items = await AwsAsync(pipeline.DynamoDb, "dynamodb", "scan", "--table-name", "Orders");
        Assert.Contains(items.GetProperty("Items").EnumerateArray(), item => item.GetProperty("orderId").GetProperty("S").GetString() == "e2e-cli");
    }

    [Fact]
    public async Task The_AWS_SDK_reads_the_dead_letter_queue()
    {
        // Use the SDK instead of the AWS CLI, because older versions of the CLI use the former SQS protocol.
        using var sqs = new AmazonSQSClient("local", "local", new AmazonSQSConfig { ServiceURL = pipeline.LocalCloud, AuthenticationRegion = "us-east-1" });
        var queue = await sqs.GetQueueUrlAsync("order-system-dead-letters", Cancelled);
        var attributes = await sqs.GetQueueAttributesAsync(queue.QueueUrl, ["All"], Cancelled);
        Assert.Equal(0, attributes.ApproximateNumberOfMessages);
        Assert.Equal("1209600", attributes.Attributes["MessageRetentionPeriod"]);
    }

    private static string? Status(JsonElement order) => order.GetProperty("status").GetString();

    private static async Task<JsonElement> AwsAsync(string endpoint, params string[] arguments)
    {
        string[] environment = ["AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER="];
        var (exitCode, output) = await Tool.RunAsync("env", [.. environment, "aws", "--endpoint-url", endpoint, "--output", "json", .. arguments], Cancelled);
        Assert.True(exitCode == 0, $"aws {string.Join(' ', arguments)}: {output}");
        return JsonDocument.Parse(output).RootElement;
    }
}
