using System.Text.Json;
using OrderSystem.Lambda.Streams;

namespace OrderSystem.Tests.Lambda;

public class DynamoDbEventTests
{
    [Fact]
    public void Reads_an_event_as_AWS_sends_it()
    {
        var batch = JsonSerializer.Deserialize(
            """
            {"Records":[{"eventID":"c4ca","eventVersion":"1.1","dynamodb":{"ApproximateCreationDateTime":1479499740,
            "Keys":{"Id":{"N":"101"}},"NewImage":{"Message":{"S":"New item!"},"Price":{"N":"9.95"},"On":{"BOOL":true},"No":{"NULL":true},
            "Raw":{"B":"AQID"},"Map":{"M":{"a":{"L":[{"SS":["x"]},{"NS":["1"]}]}}}},"StreamViewType":"NEW_AND_OLD_IMAGES","SequenceNumber":"13021600000000001596893679","SizeBytes":112},
            "awsRegion":"us-east-2","eventName":"INSERT","eventSourceARN":"arn:aws:dynamodb:us-east-2:123456789012:table/T/stream/2016-11-16T20:42:48.104","eventSource":"aws:dynamodb",
            "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}]}
            """,
            StreamsJson.Default.DynamoDbEvent)!;
        var record = Assert.Single(batch.Records);
        Assert.Equal("INSERT", record.EventName);
        Assert.Equal("13021600000000001596893679", record.Change.SequenceNumber);
        Assert.Equal(1479499740, record.Change.ApproximateCreationDateTime);
        Assert.Equal("dynamodb.amazonaws.com", record.UserIdentity?.PrincipalId);
        var image = record.Change.NewImage!;
        Assert.Equal("New item!", image["Message"].S);
        Assert.Equal("9.95", image["Price"].N);
        Assert.True(image["On"].Bool);
        Assert.True(image["No"].Null);
        Assert.Equal([1, 2, 3], image["Raw"].B!);
        Assert.Equal("x", image["Map"].M!["a"].L![0].SS![0]);
        Assert.Equal("1", image["Map"].M!["a"].L![1].NS![0]);
    }

    [Fact]
    public void Failures_are_written_under_the_names_that_AWS_expects() => Assert.Equal(
        """{"batchItemFailures":[{"itemIdentifier":"42"}]}""",
        JsonSerializer.Serialize(new StreamsEventResponse([new BatchItemFailure("42")]), StreamsJson.Default.StreamsEventResponse));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"Records":[{"eventName":"INSERT"}]}""")]
    [InlineData("""{"Records":[{"dynamodb":{"SequenceNumber":"1"}}]}""")]
    public void An_event_without_the_required_members_is_refused(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, StreamsJson.Default.DynamoDbEvent));
}
