using System.Text.Json.Nodes;
using OrderSystem.Tests.Deployment.Schema;

namespace OrderSystem.Tests.Deployment;

/// <summary>Alarms watch only metrics that AWS publishes, because an alarm on any other metric would never fire.</summary>
public class AlarmTests(TemplateSchemaTests.PublishedFixture published) : IClassFixture<TemplateSchemaTests.PublishedFixture>
{
    private static readonly JsonObject Resources = DeployedTemplate.Read()["Resources"]!.AsObject();

    /// <summary>
    /// The dimensions of each service's metrics: the dimension's name, the type of the resource that it identifies, and the
    /// resource's attribute that is the dimension's value (null: the resource's <c>Ref</c>). CloudWatch User Guide: "AWS
    /// services that publish CloudWatch metrics".
    /// </summary>
    private static readonly Dictionary<string, (string Dimension, string Type, string? Attribute)[]> Dimensions = new(StringComparer.Ordinal)
    {
        ["AWS/DynamoDB"] = [("TableName", "AWS::DynamoDB::Table", null)],
        ["AWS/Lambda"] = [("FunctionName", "AWS::Lambda::Function", null)],
        ["AWS/SQS"] = [("QueueName", "AWS::SQS::Queue", "QueueName")],
        ["AWS/States"] = [("StateMachineArn", "AWS::StepFunctions::StateMachine", null)],
        ["AWS/ApiGateway"] = [("ApiId", "AWS::ApiGatewayV2::Api", null), ("Stage", "AWS::ApiGatewayV2::Stage", null)],
    };

    public static TheoryData<string> Alarms => [.. All.Select(alarm => alarm.Key)];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> All => Resources.Where(resource => (string?)resource.Value!["Type"] == "AWS::CloudWatch::Alarm");

    /// <summary>Returns the metrics of an alarm: its own metric, or the metrics of its expression.</summary>
    private static IEnumerable<JsonNode> Metrics(JsonNode alarm) => alarm["Metrics"] is JsonArray metrics
        ? metrics.Where(metric => metric!["Expression"] is null).Select(metric => metric!["MetricStat"]!["Metric"]!)
        : [alarm];

    [Theory]
    [MemberData(nameof(Alarms))]
    public void An_alarm_watches_published_metrics_and_notifies_the_topic(string alarm)
    {
        var properties = Resources[alarm]!["Properties"]!;
        foreach (var metric in Metrics(properties))
        {
            var service = (string)metric["Namespace"]!;
            Assert.True(published.Schema.HasMetric(service, (string)metric["MetricName"]!), $"{service} does not publish the metric {metric["MetricName"]}");
            // Additional dimensions restrict the metric to an operation or an index of the resource.
            var dimensions = metric["Dimensions"]!.AsArray();
            Assert.Equal(Dimensions[service].Select(dimension => dimension.Dimension), dimensions.Take(Dimensions[service].Length).Select(dimension => (string)dimension!["Name"]!));
            Assert.All(dimensions.Skip(Dimensions[service].Length), dimension => Assert.Contains((string)dimension!["Name"]!, new[] { "Operation", "GlobalSecondaryIndexName" }));
            foreach (var ((_, type, attribute), dimension) in Dimensions[service].Zip(dimensions))
            {
                var value = dimension!["Value"]!;
                var named = attribute is null ? (string)value["Ref"]! : (string)value["Fn::GetAtt"]![0]!;
                Assert.Equal(type, (string?)Resources[named]!["Type"]);
                Assert.Equal(attribute, (string?)value["Fn::GetAtt"]?[1]);
            }
        }

        Assert.Equal("""[{"Ref":"AlarmTopic"}]""", properties["AlarmActions"]!.ToJsonString());
        Assert.Equal("notBreaching", (string?)properties["TreatMissingData"]);
    }

    /// <summary>An alarm has at most ten metrics, including its expression. CloudWatch User Guide: "Using metric math".</summary>
    [Theory]
    [MemberData(nameof(Alarms))]
    public void An_expression_uses_every_metric_and_fills_missing_data_with_zero(string alarm)
    {
        if (Resources[alarm]!["Properties"]!["Metrics"] is not JsonArray metrics)
            return;
        var expression = (string)Assert.Single(metrics, metric => metric!["Expression"] is not null)!["Expression"]!;
        var inputs = metrics.Where(metric => metric!["Expression"] is null).ToList();
        Assert.InRange(inputs.Count, 1, 10);
        Assert.All(inputs, input => Assert.False((bool)input!["ReturnData"]!));
        Assert.All(inputs, input => Assert.Contains($"FILL({input!["Id"]}, 0)", expression, StringComparison.Ordinal));
        Assert.Single(inputs.Select(input => (long)input!["MetricStat"]!["Period"]!).Distinct());
    }

    /// <summary>
    /// An order is accepted only through a TransactWriteItems call on the Orders table, so the alarm counts these calls.
    /// </summary>
    [Fact]
    public void Accepted_orders_are_counted_by_successful_transactions()
    {
        var accepted = Metrics(Resources["PipelineStoppedAlarm"]!["Properties"]!).First();
        Assert.Equal(("SuccessfulRequestLatency", "TransactWriteItems"), ((string?)accepted["MetricName"], (string?)accepted["Dimensions"]![1]!["Value"]));
    }

    [Theory]
    [InlineData("byCustomer", "ByCustomer")]
    [InlineData("byStatus", "ByStatusShard")]
    public void An_alarm_watches_throttled_writes_of_every_index(string id, string index)
    {
        var metric = Resources["ThrottledWritesAlarm"]!["Properties"]!["Metrics"]!.AsArray().Single(metric => (string?)metric!["Id"] == id)!;
        Assert.Equal(index, (string?)metric["MetricStat"]!["Metric"]!["Dimensions"]![1]!["Value"]);
        Assert.Contains(Resources["OrdersTable"]!["Properties"]!["GlobalSecondaryIndexes"]!.AsArray(), declared => (string?)declared!["IndexName"] == index);
    }

    [Fact]
    public void Alarms_watch_every_required_metric()
    {
        var watched = All.SelectMany(alarm => Metrics(alarm.Value!["Properties"]!)).Select(metric => $"{metric["Namespace"]} {metric["MetricName"]}").ToHashSet();
        Assert.Equal(
            [
                "AWS/ApiGateway 5xx", "AWS/ApiGateway Latency", "AWS/DynamoDB SuccessfulRequestLatency", "AWS/DynamoDB WriteThrottleEvents",
                "AWS/Lambda DestinationDeliveryFailures", "AWS/Lambda Errors", "AWS/Lambda IteratorAge", "AWS/Lambda Throttles",
                "AWS/SQS ApproximateAgeOfOldestMessage", "AWS/SQS ApproximateNumberOfMessagesVisible",
                "AWS/States ExecutionsAborted", "AWS/States ExecutionsFailed", "AWS/States ExecutionsStarted", "AWS/States ExecutionsTimedOut",
            ],
            watched.Order(StringComparer.Ordinal));
    }
}
