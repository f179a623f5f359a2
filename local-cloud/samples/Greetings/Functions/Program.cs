using System.Net.Http.Json;
using System.Text.Json.Nodes;

// AWS's Amazon.Lambda.RuntimeSupport runs this loop for you. The loop is written out here to show that a function needs
// only the Runtime API.
var runtimeApi = new Uri($"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/");
using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
while (true)
{
    using var invocation = await http.GetAsync(new Uri(runtimeApi, "next"));
    var requestId = invocation.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
    var input = (await invocation.Content.ReadFromJsonAsync<JsonNode>())!;
    var output = args[0] == "start" ? await StartAsync(input) : Greet(input);
    await http.PostAsJsonAsync(new Uri(runtimeApi, $"{requestId}/response"), output);
}

// Starts one execution of the state machine for each new item in the table.
async Task<JsonNode> StartAsync(JsonNode batch)
{
    foreach (var record in batch["Records"]!.AsArray())
    {
        var item = record!["dynamodb"]!["NewImage"]!;
        using var request = new HttpRequestMessage(HttpMethod.Post, Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"))
        {
            Content = JsonContent.Create(new
            {
                stateMachineArn = Environment.GetEnvironmentVariable("GREETING_ARN"),
                name = (string?)item["id"]!["S"],
                input = new JsonObject { ["name"] = (string?)item["name"]!["S"] }.ToJsonString(),
            }),
        };
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.StartExecution");
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    return new JsonObject();
}

// Returns the greeting. The Task state of the state machine invokes this function.
static JsonNode Greet(JsonNode input) => new JsonObject { ["greeting"] = $"Hello, {(string?)input["name"]}!" };
