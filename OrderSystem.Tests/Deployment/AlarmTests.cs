using System.Text.Json.Nodes;
using OrderSystem.Tests.Deployment.Schema;

namespace OrderSystem.Tests.Deployment;

/// <summary>An alarm on a metric that nobody publishes never rings.</summary>
public class AlarmTests(TemplateSchemaTests.PublishedFixture published) : IClassFixture<TemplateSchemaTests.PublishedFixture>
{
    private static readonly JsonObject Resources = DeployedTemplate.Read()["Resources"]!.AsObject();

    /// <summary>By which dimensions a service publishes, and what names a resource of a type there. CloudWatch User Guide: "AWS services that publish CloudWatch metrics".</summary>
    private static readonly Dictionary<string, (string Dimension, string Type, string? Attribute)[]> Dimensions = new(StringComparer.Ordinal)
    {
        ["AWS/Lambda"] = [("FunctionName", "AWS::Lambda::Function", null)],
        ["AWS/SQS"] = [("QueueName", "AWS::SQS::Queue", "QueueName")],
        ["AWS/States"] = [("StateMachineArn", "AWS::StepFunctions::StateMachine", null)],
        ["AWS/ApiGateway"] = [("ApiId", "AWS::ApiGatewayV2::Api", null), ("Stage", "AWS::ApiGatewayV2::Stage", null)],
    };

    public static TheoryData<string> Alarms => [.. All.Select(alarm => alarm.Key)];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> All => Resources.Where(resource => (string?)resource.Value!["Type"] == "AWS::CloudWatch::Alarm");

    [Theory]
    [MemberData(nameof(Alarms))]
    public void An_alarm_watches_a_published_metric_of_a_resource_and_tells_somebody(string alarm)
    {
        var properties = Resources[alarm]!["Properties"]!;
        var service = (string)properties["Namespace"]!;
        Assert.True(published.Schema.HasMetric(service, (string)properties["MetricName"]!));
        var dimensions = properties["Dimensions"]!.AsArray();
        Assert.Equal(Dimensions[service].Select(dimension => dimension.Dimension), dimensions.Select(dimension => (string)dimension!["Name"]!));
        foreach (var ((_, type, attribute), dimension) in Dimensions[service].Zip(dimensions))
        {
            var value = dimension!["Value"]!;
            var named = attribute is null ? (string)value["Ref"]! : (string)value["Fn::GetAtt"]![0]!;
            Assert.Equal(type, (string?)Resources[named]!["Type"]);
            Assert.Equal(attribute, (string?)value["Fn::GetAtt"]?[1]);
        }

        Assert.Equal("""[{"Ref":"AlarmTopic"}]""", properties["AlarmActions"]!.ToJsonString());
        Assert.Equal("notBreaching", (string?)properties["TreatMissingData"]);
    }

    [Fact]
    public void Everything_that_must_ring_does()
    {
        var watched = All.Select(alarm => $"{alarm.Value!["Properties"]!["Namespace"]} {alarm.Value["Properties"]!["MetricName"]}").ToHashSet();
        Assert.Equal(
            [
                "AWS/ApiGateway 5xx", "AWS/ApiGateway Latency", "AWS/Lambda Errors", "AWS/Lambda IteratorAge", "AWS/Lambda Throttles",
                "AWS/SQS ApproximateNumberOfMessagesVisible", "AWS/States ExecutionsFailed", "AWS/States ExecutionsTimedOut",
            ],
            watched.Order(StringComparer.Ordinal));
    }
}
