using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Lambda;

public class InvokeTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("Handler")]
    public async Task A_process_serves_a_function_under_its_name_or_its_handler(string prefix)
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, """{"n":1}""");
        using var next = await NextAsync(prefix + function);
        Assert.Equal("""{"n":1}""", await next.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal($"arn:aws:lambda:us-east-1:000000000000:function:{function}", Header(next, "Lambda-Runtime-Invoked-Function-Arn"));
        Assert.StartsWith("Root=1-", Header(next, "Lambda-Runtime-Trace-Id"), StringComparison.Ordinal);
        Assert.True(long.Parse(Header(next, "Lambda-Runtime-Deadline-Ms")) > TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        using var accepted = await AnswerAsync(prefix + function, next, "response", """{"ok":true}""");
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        using var answer = await invoke;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"ok":true}""", await answer.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal("$LATEST", Header(answer, "X-Amz-Executed-Version"));
        Assert.Equal(Header(next, "Lambda-Runtime-Aws-Request-Id"), Header(answer, "x-amzn-RequestId"));
        Assert.False(answer.Headers.Contains("X-Amz-Function-Error"));
    }

    [Fact]
    public async Task A_function_error_returns_a_response_marked_Unhandled()
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, "{}");
        using var next = await NextAsync(function);
        using var accepted = await AnswerAsync(function, next, "error", """{"errorType":"Oops","errorMessage":"no"}""");
        using var answer = await invoke;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Unhandled", Header(answer, "X-Amz-Function-Error"));
        Assert.Equal("Oops", (string?)(await JsonAsync(answer))["errorType"]);
    }

    [Fact]
    public async Task An_unknown_function_is_not_found()
    {
        using var answer = await InvokeAsync("nobody", "{}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("ResourceNotFoundException", Header(answer, "x-amzn-ErrorType"));
        Assert.Equal("Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody", (string?)(await JsonAsync(answer))["Message"]);
    }

    [Fact]
    public async Task A_function_can_be_named_by_ARN_and_qualifier()
    {
        var function = cloud.CreateFunction();
        using var answer = await InvokeAsync(Uri.EscapeDataString($"arn:aws:lambda:us-east-1:000000000000:function:{function}:$LATEST"), "{}", "DryRun");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_payload_that_is_not_JSON_is_refused()
    {
        using var answer = await InvokeAsync(cloud.CreateFunction(), "{nope");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("InvalidRequestContentException", Header(answer, "x-amzn-ErrorType"));
    }

    [Theory]
    [InlineData("RequestResponse", 6 * 1024 * 1024)]
    [InlineData("Event", 1024 * 1024)]
    public async Task The_payload_limit_depends_on_the_invocation_type(string type, int limit)
    {
        using var answer = await InvokeAsync(cloud.CreateFunction(), $"\"{new string('x', limit - 1)}\"", type);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("RequestTooLargeException", Header(answer, "x-amzn-ErrorType"));
        Assert.Contains($"(limit {limit} bytes)", (string?)(await JsonAsync(answer))["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6_291_556, HttpStatusCode.Accepted, null)]
    [InlineData(6_291_557, HttpStatusCode.RequestEntityTooLarge, "Unhandled")]
    public async Task A_response_may_have_100_bytes_more_than_6_MiB(int length, HttpStatusCode status, string? functionError)
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, "{}");
        using var next = await NextAsync(function);
        using var accepted = await AnswerAsync(function, next, "response", $"\"{new string('x', length - 2)}\"");
        Assert.Equal(status, accepted.StatusCode);
        using var answer = await invoke;
        Assert.Equal(functionError, answer.Headers.TryGetValues("X-Amz-Function-Error", out var errors) ? errors.Single() : null);
        if (functionError is not null)
            Assert.Equal("Response payload size exceeded maximum allowed payload size (6291556 bytes).", (string?)(await JsonAsync(answer))["errorMessage"]);
    }

    [Theory]
    [InlineData("Event", HttpStatusCode.Accepted)]
    [InlineData("DryRun", HttpStatusCode.NoContent)]
    public async Task Only_a_synchronous_invocation_reports_the_executed_version(string type, HttpStatusCode status)
    {
        using var answer = await InvokeAsync(cloud.CreateFunction(), "{}", type);
        Assert.Equal(status, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-Amz-Executed-Version"));
    }

    [Fact]
    public async Task A_payload_of_twice_the_limit_gets_an_error_response()
    {
        using var answer = await InvokeAsync(cloud.CreateFunction(), $"\"{new string('x', 12 * 1024 * 1024)}\"");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_context_that_is_not_base64_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/2015-03-31/functions/{cloud.CreateFunction()}/invocations") { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Client-Context", "***");
        using var answer = await cloud.Client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("InvalidRequestContentException", Header(answer, "x-amzn-ErrorType"));
    }

    [Theory]
    [InlineData("""{"client":{"app_title":"Bücher 📚"}}""")]
    [InlineData("{\r\n  \"custom\": { \"line\": \"one\\ntwo\" }\r\n}")]
    public async Task A_client_context_reaches_the_function_as_equal_JSON(string clientContext)
    {
        var function = cloud.CreateFunction();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/2015-03-31/functions/{function}/invocations") { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Client-Context", Convert.ToBase64String(Encoding.UTF8.GetBytes(clientContext)));
        var invoke = cloud.Client.SendAsync(request, CancellationToken);
        using var next = await NextAsync(function);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(clientContext), JsonNode.Parse(Header(next, "Lambda-Runtime-Client-Context"))));
        using var accepted = await AnswerAsync(function, next, "response", "{}");
        using var answer = await invoke;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("""{"a":"\ud800"}""")]
    public async Task A_client_context_that_is_not_a_JSON_object_is_refused(string clientContext)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/2015-03-31/functions/{cloud.CreateFunction()}/invocations") { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Client-Context", Convert.ToBase64String(Encoding.UTF8.GetBytes(clientContext)));
        using var answer = await cloud.Client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("InvalidRequestContentException", Header(answer, "x-amzn-ErrorType"));
    }

    [Theory]
    [InlineData("RequestResponse")]
    [InlineData("Event")]
    public async Task An_invalid_trace_header_does_not_reach_the_function(string type)
    {
        var function = cloud.CreateFunction();
        var request = $"POST /2015-03-31/functions/{function}/invocations HTTP/1.1\nHost: {cloud.Host.Address.Authority}\nX-Amzn-Trace-Id: "
            + $"Root=1-é\nX-Amz-Invocation-Type: {type}\nConnection: close\nContent-Length: 2\n\n{{}}";
        var invoke = RawRequest.SendAsync(cloud.Host.Address, request, CancellationToken);
        using var next = await NextAsync(function);
        Assert.StartsWith("Root=1-", Header(next, "Lambda-Runtime-Trace-Id"), StringComparison.Ordinal);
        Assert.True(Ascii.IsValid(Header(next, "Lambda-Runtime-Trace-Id")));
        using var accepted = await AnswerAsync(function, next, "response", "{}");
        Assert.StartsWith("HTTP/1.1 20", await invoke, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invocations_above_the_reserved_concurrency_are_throttled()
    {
        var function = cloud.CreateFunction(reservedConcurrency: 1);
        var first = InvokeAsync(function, "1");
        using var next = await NextAsync(function);
        using var throttled = await InvokeAsync(function, "2");
        Assert.Equal(HttpStatusCode.TooManyRequests, throttled.StatusCode);
        Assert.Equal("TooManyRequestsException", Header(throttled, "x-amzn-ErrorType"));
        Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", (string?)(await JsonAsync(throttled))["Reason"]);

        using var accepted = await AnswerAsync(function, next, "response", "1");
        using var firstAnswer = await first;
        var second = InvokeAsync(function, "2");
        using var again = await NextAsync(function);
        Assert.Equal("2", await again.Content.ReadAsStringAsync(CancellationToken));
        using var done = await AnswerAsync(function, again, "response", "2");
        using var secondAnswer = await second;
        Assert.Equal(HttpStatusCode.OK, secondAnswer.StatusCode);
    }

    [Fact]
    public async Task A_late_function_times_out_and_its_response_is_refused()
    {
        var function = cloud.CreateFunction(timeoutSeconds: 1);
        var invoke = InvokeAsync(function, "{}");
        using var next = await NextAsync(function);
        using var answer = await invoke;
        Assert.Equal("Unhandled", Header(answer, "X-Amz-Function-Error"));
        var error = await JsonAsync(answer);
        Assert.Equal("Sandbox.Timedout", (string?)error["errorType"]);
        Assert.EndsWith("Task timed out after 1.00 seconds", (string?)error["errorMessage"], StringComparison.Ordinal);

        using var late = await AnswerAsync(function, next, "response", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        Assert.Equal("InvalidRequestID", (string?)(await JsonAsync(late))["errorType"]);
    }

    [Fact]
    public async Task An_invocation_waits_for_the_process_that_starts_later()
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, "{}");
        Assert.False(invoke.IsCompleted);
        using var next = await NextAsync(function);
        using var accepted = await AnswerAsync(function, next, "response", "7");
        using var answer = await invoke;
        Assert.Equal("7", await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task A_failed_initialisation_fails_the_waiting_invocation()
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, "{}");
        // The API does not show when the invocation is waiting, so post the initialization error repeatedly until the
        // invocation has failed.
        while (!invoke.IsCompleted)
        {
            using var content = Json("""{"errorType":"Startup","errorMessage":"no configuration"}""");
            using var posted = await cloud.Client.PostAsync($"/{function}/2018-06-01/runtime/init/error", content, CancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        }

        using var answer = await invoke;
        Assert.Equal("Unhandled", Header(answer, "X-Amz-Function-Error"));
        Assert.Equal("Startup", (string?)(await JsonAsync(answer))["errorType"]);
    }

    [Fact]
    public async Task A_process_that_dies_ends_its_invocation_at_once()
    {
        var function = cloud.CreateFunction();
        using var process = new HttpClient { BaseAddress = cloud.Client.BaseAddress };
        var first = InvokeAsync(function, "1");
        using (var next = await NextAsync(function, process))
        {
            using var accepted = await AnswerAsync(function, next, "response", "1", process);
        }

        using var firstAnswer = await first;
        var second = InvokeAsync(function, "2");
        using (await NextAsync(function, process))
            process.Dispose();
        using var answer = await second;
        Assert.Equal("Runtime.ExitError", (string?)(await JsonAsync(answer))["errorType"]);
    }

    [Fact]
    public async Task A_process_that_dies_during_its_first_event_ends_that_invocation_at_once()
    {
        var function = cloud.CreateFunction();
        using var process = new HttpClient { BaseAddress = cloud.Client.BaseAddress };
        var invoke = InvokeAsync(function, "1");
        using (await NextAsync(function, process))
            process.Dispose();
        using var answer = await invoke;
        Assert.Equal("Runtime.ExitError", (string?)(await JsonAsync(answer))["errorType"]);
    }

    [Theory]
    [InlineData("User-Agent", "curl/7.88.1")]
    [InlineData("User-Agent", "python-requests/2.31.0")]
    [InlineData("Connection", "close")]
    public async Task A_client_with_a_connection_per_request_can_still_respond(string header, string value)
    {
        var function = cloud.CreateFunction();
        var invoke = InvokeAsync(function, "1");
        HttpResponseMessage next;
        using (var call = new HttpClient { BaseAddress = cloud.Client.BaseAddress })
        {
            call.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
            next = await NextAsync(function, call);
        }

        using (next)
        {
            using var accepted = await AnswerAsync(function, next, "response", "2");
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        using var answer = await invoke;
        Assert.Equal("2", await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task The_trace_of_the_caller_reaches_the_function()
    {
        var function = cloud.CreateFunction();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/2015-03-31/functions/{function}/invocations") { Content = Json("{}") };
        request.Headers.Add("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
        var invoke = cloud.Client.SendAsync(request, CancellationToken);
        using var next = await NextAsync(function);
        Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", Header(next, "Lambda-Runtime-Trace-Id"));
        using var accepted = await AnswerAsync(function, next, "response", "{}");
        using var answer = await invoke;
    }

    [Fact]
    public async Task Events_are_accepted_at_once_and_run_later()
    {
        var function = cloud.CreateFunction();
        using var accepted = await InvokeAsync(function, """{"later":true}""", "Event");
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        using var next = await NextAsync(function);
        Assert.Equal("""{"later":true}""", await next.Content.ReadAsStringAsync(CancellationToken));
        using var done = await AnswerAsync(function, next, "response", "{}");
    }

    [Fact]
    public async Task Functions_can_be_listed_and_read()
    {
        var function = cloud.CreateFunction(timeoutSeconds: 7, reservedConcurrency: 3);
        using var list = await cloud.Client.GetAsync("/2015-03-31/functions/", CancellationToken);
        Assert.Contains((await JsonAsync(list))["Functions"]!.AsArray(), item => (string?)item!["FunctionName"] == function);
        using var shown = await cloud.Client.GetAsync($"/2015-03-31/functions/{function}", CancellationToken);
        var json = await JsonAsync(shown);
        Assert.Equal(7, (int?)json["Configuration"]!["Timeout"]);
        Assert.Equal(3, (int?)json["Concurrency"]!["ReservedConcurrentExecutions"]);
    }

    private Task<HttpResponseMessage> InvokeAsync(string function, string payload, string? type = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/2015-03-31/functions/{function}/invocations") { Content = Json(payload) };
        if (type is not null)
            request.Headers.Add("X-Amz-Invocation-Type", type);
        return cloud.Client.SendAsync(request, CancellationToken);
    }

    private Task<HttpResponseMessage> NextAsync(string function, HttpClient? client = null) =>
        (client ?? cloud.Client).GetAsync($"/{function}/2018-06-01/runtime/invocation/next", CancellationToken);

    private Task<HttpResponseMessage> AnswerAsync(string function, HttpResponseMessage next, string kind, string payload, HttpClient? client = null) =>
        (client ?? cloud.Client).PostAsync($"/{function}/2018-06-01/runtime/invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/{kind}", Json(payload), CancellationToken);

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!;
}
