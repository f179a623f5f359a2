using System.Text;
using OrderSystem.Tests.Pipeline;

namespace OrderSystem.Tests.Packages;

/// <summary>Lambda freezes a process after its response, so all telemetry must be exported before the response.</summary>
public sealed class TelemetryBeforeAnswerTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Never = "86400000";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("OrderSystem.Api", "Api", """{"version":"2.0","rawPath":"/alive","requestContext":{"stage":"$default","http":{"method":"GET","path":"/alive"}}}""")]
    [InlineData("OrderSystem.Processor", "ProcessOrders", """{"Records":[]}""")]
    [InlineData("OrderSystem.WorkflowFunctions", "ValidateOrder", "{}")]
    public async Task Every_span_is_exported_before_the_response(string project, string handler, string payload)
    {
        await using var telemetry = await OtlpReceiver.StartAsync(Cancelled);
        var function = cloud.CreateFunction(timeoutSeconds: 300, handler: handler);
        await using var process = FunctionProcess.StartBuild(project, function, handler, cloud.Host.Address, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "120000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = Never,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = Never,
            ["OrderSystem__StateMachineArn"] = "arn:aws:states:us-east-1:000000000000:stateMachine:none",
        });
        for (var invocation = 1; invocation <= 2; invocation++)
        {
            using var content = new StringContent(payload, Encoding.UTF8, "application/json");
            using var answer = await cloud.Client.PostAsync($"/2015-03-31/functions/{function}/invocations", content, Cancelled);
            Assert.True(answer.IsSuccessStatusCode, process.Log);
            Assert.True(telemetry.Spans.Count(span => span.Name == handler) == invocation, process.Log);
        }
    }
}
