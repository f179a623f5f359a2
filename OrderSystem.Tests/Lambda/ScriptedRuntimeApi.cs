using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace OrderSystem.Tests.Lambda;

/// <summary>A fake Runtime API that returns prepared events and records the responses.</summary>
internal sealed class ScriptedRuntimeApi : HttpMessageHandler
{
    private readonly ConcurrentQueue<(string Path, string Id, string Payload, DateTimeOffset Deadline, string? Trace)> _events = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Answer>> _answers = new();
    private int _refusals;

    /// <summary>A response or an error that a function posted, and the path that it was posted to.</summary>
    public sealed record Answer(string Path, string Body, string? ErrorType);

    /// <summary>The paths of the requests for the next event.</summary>
    public ConcurrentBag<string> Asked { get; } = [];

    public HttpClient Client() => new(this) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes the next requests fail, as if the API were not running yet.</summary>
    public void RefuseNext(int count) => _refusals = count;

    public Task<Answer> Invoke(string id, string payload, DateTimeOffset? deadline = null, string? trace = null, string path = "")
    {
        var answer = _answers.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        _events.Enqueue((path, id, payload, deadline ?? DateTimeOffset.MaxValue.AddYears(-1), trace));
        _available.Release();
        return answer.Task;
    }

    public Task<Answer> InitError() => _answers.GetOrAdd("init", _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _refusals) >= 0)
            throw new HttpRequestException("Connection refused");
        var path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Get)
        {
            Asked.Add(path);
            await _available.WaitAsync(cancellationToken);
            _events.TryDequeue(out var next);
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(next.Payload, Encoding.UTF8, "application/json") };
            response.Headers.Add("Lambda-Runtime-Aws-Request-Id", next.Id);
            response.Headers.Add("Lambda-Runtime-Deadline-Ms", next.Deadline.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            response.Headers.Add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:test");
            if (next.Trace is not null)
                response.Headers.Add("Lambda-Runtime-Trace-Id", next.Trace);
            return response;
        }

        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var segments = path.Split('/');
        var id = segments[^2];
        var errorType = request.Headers.TryGetValues("Lambda-Runtime-Function-Error-Type", out var types) ? types.Single() : null;
        _answers.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(new Answer(path, body, errorType));
        return new HttpResponseMessage(HttpStatusCode.Accepted);
    }
}
