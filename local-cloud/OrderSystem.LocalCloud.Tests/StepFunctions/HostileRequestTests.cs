using System.Globalization;
using System.Net.Http.Headers;
using OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>
/// Sends damaged requests to every operation, and checks that each returns a result or an error with AWS's status and
/// code, but never status 500.
/// </summary>
public class HostileRequestTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Machine = "arn:aws:states:us-east-1:000000000000:stateMachine:hostile";

    private static readonly string[] Operations =
    [
        "CreateActivity", "CreateStateMachine", "CreateStateMachineAlias", "DeleteActivity", "DeleteStateMachine", "DeleteStateMachineAlias",
            "DeleteStateMachineVersion", "DescribeActivity", "DescribeExecution", "DescribeMapRun",
        "DescribeStateMachine", "DescribeStateMachineAlias", "DescribeStateMachineForExecution", "GetExecutionHistory", "ListActivities",
            "ListExecutions", "ListMapRuns", "ListStateMachineAliases", "ListStateMachineVersions",
        "ListStateMachines", "ListTagsForResource", "PublishStateMachineVersion", "RedriveExecution", "SendTaskFailure", "SendTaskHeartbeat",
            "SendTaskSuccess", "StartExecution", "StartSyncExecution", "StopExecution", "TagResource",
        "TestState", "UntagResource", "UpdateMapRun", "UpdateStateMachine", "UpdateStateMachineAlias", "ValidateStateMachineDefinition",
    ];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_damaged_request_gets_an_AWS_response()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("ORDERSYSTEM_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var inputs) ? inputs : 1_500;
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var operation = Operations[random.Next(Operations.Length)];
            var body = Damaged(random);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
            request.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
            using var response = await cloud.Client.SendAsync(request, CancellationToken);
            var answer = await response.Content.ReadAsStringAsync(CancellationToken);
            Assert.True((int)response.StatusCode is 200 or 400 or 409, $"{operation} returned status {(int)response.StatusCode} with {answer} for the request {body}");
            if (!response.IsSuccessStatusCode)
                Assert.Matches("\"__type\":\"[A-Za-z.#]+\"", answer);
        }
    }

    /// <summary>Creates a request with the members of all operations, then damages a few of the members.</summary>
    private static string Damaged(Random random)
    {
        var mutations = new Mutations(random);
        var machines = new RandomMachine(random);
        StatesValue request = StatesObject.Of(
            ("name", $"hostile-{random.Next(50)}"),
            ("roleArn", "arn:aws:iam::000000000000:role/test"),
            ("definition", (random.Next(2) == 0 ? machines.Machine() : mutations.Value(machines.Machine())).ToJsonString()),
            ("type", random.Next(2) == 0 ? "STANDARD" : "EXPRESS"),
            ("stateMachineArn", $"{Machine}-{random.Next(50)}"),
            ("stateMachineVersionArn", $"{Machine}-{random.Next(50)}:1"),
            ("stateMachineAliasArn", $"{Machine}-{random.Next(50)}:live"),
            ("executionArn", "arn:aws:states:us-east-1:000000000000:execution:hostile:one"),
            ("activityArn", "arn:aws:states:us-east-1:000000000000:activity:hostile"),
            ("mapRunArn", "arn:aws:states:us-east-1:000000000000:mapRun:hostile/one:two"),
            ("resourceArn", $"{Machine}-{random.Next(50)}"),
            ("input", machines.Input().ToJsonString()),
            ("output", "{}"),
            ("taskToken", "AAAA"),
            ("maxResults", random.Next(-1, 1100)),
            ("nextToken", "AAAA"),
            ("tags", new StatesArray([StatesObject.Of(("key", "k"), ("value", "v"))])),
            ("tagKeys", new StatesArray(["k"])),
            ("routingConfiguration", new StatesArray([StatesObject.Of(("stateMachineVersionArn", $"{Machine}-1:1"), ("weight", 100))])),
            ("loggingConfiguration", StatesObject.Of(("level", "OFF"))));
        foreach (var name in ((StatesObject)request).Names.ToArray().Where(_ => random.Next(4) == 0))
            request = ((StatesObject)request).Without(name);
        for (var i = random.Next(4); i > 0; i--)
            request = mutations.Value(request);
        var text = request.ToJsonString();
        return random.Next(20) == 0 ? mutations.Text(text) : text;
    }
}
