using System.Net.Http.Headers;
using System.Text;

namespace OrderSystem.LocalCloud.Tests.Http;

/// <summary>
/// Sends JSON and HTTP framing that AWS clients never send, and checks that every service returns an error in the service's own
/// protocol rather than status 500.
/// </summary>
public class HostileJsonTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> JsonRequests
    {
        get
        {
            var data = new TheoryData<string, string>
            {
                { "AmazonSQS.CreateQueue", """{"QueueName":"a","QueueName":"b"}""" },
                { "AmazonSQS.CreateQueue", """{"QueueName":"hostile","Attributes":{"VisibilityTimeout":"1","VisibilityTimeout":"2"}}""" },
                { "AmazonSQS.CreateQueue", """{"QueueName":"\ud800"}""" },
                { "AmazonSQS.CreateQueue", """{"\ud800":"hostile"}""" },
                { "AmazonSQS.CreateQueue", """{"QueueName":"hostile","tags":{"a":"1","a":"2"}}""" },
                { "AmazonSQS.SendMessage", """{"QueueUrl":"http://x/000000000000/hostile","MessageBody":"\udc00 alone"}""" },
                { "AmazonSQS.SendMessage", """{"QueueUrl":"http://x/000000000000/hostile","MessageBody":"m","MessageAttributes":{"n":{"DataType":"String","StringValue":"\ud83d"}}}""" },
                { "AmazonSQS.SendMessage",
                    """{"QueueUrl":"http://x/000000000000/hostile","MessageBody":"m","MessageAttributes":{"n":{"DataType":"String","StringValue":"a"},"n":{"DataType":"String","StringValue":"b"}}}""" },
                { "AmazonSQS.SendMessageBatch", """{"QueueUrl":"http://x/000000000000/hostile","Entries":[{"Id":"1","Id":"1","MessageBody":"m"}]}""" },
                { "AmazonSQS.SendMessageBatch", """{"QueueUrl":"http://x/000000000000/hostile","Entries":[{"Id":"\ud800","MessageBody":"m"}]}""" },
                { "AmazonSQS.ReceiveMessage", """{"QueueUrl":"http://x/000000000000/hostile","AttributeNames":["\ud800"]}""" },
                { "AWSStepFunctions.TestState", """{"definition":"{\"Type\":\"Pass\",\"End\":true}","definition":"\ud800"}""" },
                { "AWSStepFunctions.TestState", """{"definition":"{\"Type\":\"Pass\",\"End\":true}","input":"\"\\ud800\""}""" },
                { "AWSStepFunctions.TestState", """{"definition":"{\"Type\":\"Pass\",\"Result\":\"\\udc00\",\"End\":true}","inspectionLevel":"TRACE"}""" },
            };
            foreach (var expression in DeepExpressions)
            {
                var definition = $$"""{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% {{expression}} %}","End":true}""";
                foreach (var level in new[] { "INFO", "TRACE" })
                    data.Add("AWSStepFunctions.TestState", $$"""{"definition":{{System.Text.Json.JsonSerializer.Serialize(definition)}},"inspectionLevel":"{{level}}"}""");
            }

            return data;
        }
    }

    private static IEnumerable<string> DeepExpressions =>
    [
        new string('(', 2000) + "1" + new string(')', 2000),
        new string('[', 1100) + "1" + new string(']', 1100),
        string.Concat(Enumerable.Repeat("{'a':", 1100)) + "1" + new string('}', 1100),
        "$reduce([1..2000], function($all, $i) { {'in': $all} }, 1)",
        "$reduce([1..990], function($all, $i) { [[$all]] }, 1)",
        "($f := function($n) { $n = 0 ? 1 : {'n': $f($n - 1)} }; $f(400))",
        "($f := function($n) { $f($n + 1) }; $f(0))",
        "$string($reduce([1..2000], function($all, $i) { {'in': $all} }, 1))",
        "$eval($join($map([1..3000], function($i) { '[' })) )",
    ];

    [Theory]
    [MemberData(nameof(JsonRequests))]
    public async Task A_hostile_JSON_request_gets_an_error_of_its_protocol(string target, string body)
    {
        using (await CallAsync("AmazonSQS.CreateQueue", """{"QueueName":"hostile"}"""))
        {
        }

        using var response = await CallAsync(target, body);
        var answer = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode}: {answer}");
    }

    [Theory]
    [InlineData("POST", "/2015-03-31/event-source-mappings/")]
    [InlineData("PUT", "/2019-09-25/functions/FUNCTION/event-invoke-config")]
    [InlineData("POST", "/2015-03-31/functions/FUNCTION/invocations")]
    public async Task A_hostile_REST_request_gets_an_error_of_its_protocol(string method, string path)
    {
        path = path.Replace("FUNCTION", cloud.CreateFunction(), StringComparison.Ordinal);
        string[] bodies =
        [
            """{"FunctionName":"a","FunctionName":"b"}""",
            """{"FunctionName":"\ud800","EventSourceArn":"\ud800"}""",
            """{"MaximumRetryAttempts":1,"MaximumRetryAttempts":2}""",
            """{"DestinationConfig":{"OnFailure":{"Destination":"\ud800"}}}""",
            """{"FunctionName":"FUNCTION","EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:hostile","FilterCriteria":{"Filters":[{"Pattern":"{\"body\":[\"\\ud800\"]}"}]}}""",
            """{"DestinationConfig":{"OnFailure":{},"OnFailure":{}}}""",
            string.Concat(Enumerable.Repeat("[", 5000)),
        ];
        foreach (var body in bodies.Select(body => body.Replace("FUNCTION", cloud.CreateFunction(), StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-Amz-Invocation-Type", "DryRun");
            using var response = await cloud.Client.SendAsync(request, CancellationToken);
            Assert.True((int)response.StatusCode is 200 or 204 or 400 or 404, $"{(int)response.StatusCode} to {body}: {await response.Content.ReadAsStringAsync(CancellationToken)}");
        }
    }

    [Theory]
    [InlineData("/", "X-Amz-Target: AmazonSQS.ListQueues")]
    [InlineData("/", "Content-Type: application/x-www-form-urlencoded")]
    [InlineData("/2015-03-31/event-source-mappings/", "")]
    [InlineData("/2015-03-31/functions/FUNCTION/invocations", "")]
    [InlineData("/FUNCTION/2018-06-01/runtime/invocation/one/response", "")]
    [InlineData("/FUNCTION/2018-06-01/runtime/init/error", "")]
    public async Task An_invalid_chunk_size_returns_400(string path, string header)
    {
        path = path.Replace("FUNCTION", cloud.CreateFunction(), StringComparison.Ordinal);
        foreach (var size in new[] { "ffffffffffffffff", new string('f', 300), "7fffffff1", "-1", "xyz" })
            Assert.Equal(400, await RawRequest.PostChunkAsync(cloud.Host.Address, path, header.Length > 0 ? header : "X-None: 1", size, CancellationToken));
    }

    private Task<HttpResponseMessage> CallAsync(string target, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", target);
        return cloud.Client.SendAsync(request, CancellationToken);
    }
}
