using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions.Killed;

/// <summary>
/// The Lambda function, the activity worker and the message receiver that executions wait for. The function, the worker and
/// the receiver keep running when LocalCloud is killed.
/// </summary>
internal sealed class OutsideWorld : IAsyncDisposable
{
    private readonly Uri _cloud;
    private readonly string _activity;
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentDictionary<string, bool> _finished = new(StringComparer.Ordinal);
    private readonly Task _work;
    private int _calls;

    public OutsideWorld(Uri cloud, string activity)
    {
        (_cloud, _activity) = (cloud, activity);
        Func<AwsJson, HttpClient, Task>[] workers = [InvokedAsync, InvokedAsync, InvokedAsync, WorkAsync, ReceiveAsync];
        _work = Task.WhenAll(workers.Select(KeepOnAsync));
    }

    /// <summary>The ids of calls that LocalCloud made again after they had finished.</summary>
    public ConcurrentBag<string> MadeAgain { get; } = [];

    /// <summary>The number of calls that LocalCloud has made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Records the ids of calls that have finished.</summary>
    public void Finished(IEnumerable<string> calls)
    {
        foreach (var call in calls)
            _finished.TryAdd(call, true);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _work;
        _ending.Dispose();
    }

    private async Task KeepOnAsync(Func<AwsJson, HttpClient, Task> workAsync)
    {
        using var services = new AwsJson(_cloud, "states");
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = _cloud };
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await workAsync(services, http);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                // LocalCloud was killed, or no longer recognizes the invocation or task.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // The test has ended, or a long poll has timed out.
            }
        }
    }

    /// <summary>
    /// Serves one invocation of the function. The function fails as many times as its input specifies, and then succeeds.
    /// </summary>
    private async Task InvokedAsync(AwsJson services, HttpClient http)
    {
        using var next = await http.GetAsync(new Uri("/f/2018-06-01/runtime/invocation/next", UriKind.Relative), _ending.Token);
        next.EnsureSuccessStatusCode();
        var payload = (await next.Content.ReadFromJsonAsync<JsonObject>(_ending.Token))!;
        var call = Called(payload);
        if (payload["token"] is { } token)
            await SucceedAsync(services, (string)token!, $"{call}/back");
        var isFailed = (int)payload["retries"]! < (int)(payload["failures"] ?? 0)!;
        var answer = isFailed ? new JsonObject { ["errorType"] = "Boom", ["errorMessage"] = call } : new JsonObject { ["called"] = call, ["value"] = payload["value"]?.DeepClone() };
        var requestId = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        using var answered = await http.PostAsJsonAsync(new Uri($"/f/2018-06-01/runtime/invocation/{requestId}/{(isFailed ? "error" : "response")}", UriKind.Relative), answer, _ending.Token);
    }

    /// <summary>Polls for one task of the activity and reports the task's success.</summary>
    private async Task WorkAsync(AwsJson services, HttpClient http)
    {
        var task = await services.CallAsync("AWSStepFunctions.GetActivityTask", new JsonObject { ["activityArn"] = _activity }, _ending.Token);
        if (task["taskToken"] is not { } token)
            return;
        var call = Called(JsonNode.Parse((string)task["input"]!)!.AsObject());
        if (await SucceedAsync(services, (string)token!, call))
            Finished([call]);
    }

    /// <summary>Receives messages, reports success for each message's task, and deletes the message.</summary>
    private async Task ReceiveAsync(AwsJson services, HttpClient http)
    {
        var queue = $"{_cloud}000000000000/q";
        var received = await services.CallAsync("AmazonSQS.ReceiveMessage", new JsonObject { ["QueueUrl"] = queue, ["WaitTimeSeconds"] = 1, ["MaxNumberOfMessages"] = 10 }, _ending.Token);
        foreach (var message in received["Messages"]?.AsArray() ?? [])
        {
            Interlocked.Increment(ref _calls);
            var body = JsonNode.Parse((string)message!["Body"]!)!;
            await SucceedAsync(services, (string)body["token"]!, (string)body["id"]!);
            await services.CallAsync("AmazonSQS.DeleteMessage", new JsonObject { ["QueueUrl"] = queue, ["ReceiptHandle"] = (string)message["ReceiptHandle"]! }, _ending.Token);
        }
    }

    /// <returns>Whether LocalCloud has accepted the outcome; false if it rejects the token, for example because the task
    /// has already ended.</returns>
    private async Task<bool> SucceedAsync(AwsJson services, string token, string call)
    {
        try
        {
            var output = new JsonObject { ["called"] = call };
            await services.CallAsync("AWSStepFunctions.SendTaskSuccess", new JsonObject { ["taskToken"] = token, ["output"] = output.ToJsonString() }, _ending.Token);
            return true;
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.BadRequest)
        {
            return false;
        }
    }

    private string Called(JsonObject payload)
    {
        Interlocked.Increment(ref _calls);
        var call = (string)payload["id"]!;
        if (_finished.ContainsKey(call))
            MadeAgain.Add(call);
        return call;
    }
}
