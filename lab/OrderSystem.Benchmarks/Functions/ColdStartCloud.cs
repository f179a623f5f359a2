using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.LocalCloud;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.Benchmarks.Functions;

/// <summary>The measurements of one cold start.</summary>
/// <param name="FirstAnswer">The time from the start of the process to its first response, in milliseconds.</param>
/// <param name="Processor">The CPU time that the process used until its first response, in milliseconds.</param>
/// <param name="PeakMemory">The process's peak resident memory until its first response, in bytes.</param>
/// <param name="SecondAnswer">The duration of the second invocation, in milliseconds.</param>
internal sealed record ColdStart(double FirstAnswer, double Processor, double PeakMemory, double SecondAnswer);

/// <summary>
/// Serves LocalCloud's Runtime API and simulates stores that respond immediately, so that only the function's own time
/// is measured.
/// </summary>
internal sealed class ColdStartCloud : IAsyncDisposable
{
    private const string Order = """{"Item":{"orderId":{"S":"o-1"},"customerId":{"S":"c-1"},"currency":{"S":"EUR"},"paymentToken":{"S":"tok_ok"},"total":{"N":"19.9"},"status":{"S":"Pending"},"createdAt":{"S":"2026-11-24T10:15:00.0000000Z"},"updatedAt":{"S":"2026-11-24T10:15:00.0000000Z"},"version":{"N":"1"},"lines":{"L":[{"M":{"sku":{"S":"A1"},"quantity":{"N":"2"},"unitPrice":{"N":"9.95"}}}]}}}""";

    private readonly LocalCloudHost _lambda;
    private readonly WebApplication _stores;
    private readonly HttpClient _client;

    private ColdStartCloud(LocalCloudHost lambda, WebApplication stores)
    {
        (_lambda, _stores) = (lambda, stores);
        _client = new HttpClient { BaseAddress = lambda.Address };
        stores.Run(AnswerAsync);
    }

    public static async Task<ColdStartCloud> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var cloud = new ColdStartCloud(
            await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0 }, cancellationToken, services =>
            services.AddLogging(logging => logging.ClearProviders())), builder.Build());
        await cloud._stores.StartAsync(cancellationToken);
        return cloud;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _lambda.DisposeAsync();
        await _stores.DisposeAsync();
    }

    /// <summary>
    /// Starts the function of a package while an event is already waiting for it, as Lambda does, and measures the cold
    /// start.
    /// </summary>
    public async Task<ColdStart> MeasureAsync(ColdFunction function, string package, CancellationToken cancellationToken)
    {
        var name = $"cold-{Guid.NewGuid():N}";
        _lambda.Services.GetRequiredService<FunctionRegistry>().CreateOrUpdate(new FunctionConfiguration { Name = name, Handler = name, Timeout = TimeSpan.FromSeconds(60) });
        var first = InvokeAsync(name, function.Event, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await using var process = FunctionProcess.StartPackage(package, name, function.Handler, _lambda.Address, new Dictionary<string, string>
        {
            ["Cloud"] = "Aws",
            ["OrderSystem__StateMachineArn"] = "arn:aws:states:us-east-1:000000000000:stateMachine:orders",
            ["AWS_ENDPOINT_URL"] = _stores.Urls.Single(),
        });
        await AnsweredAsync(process, first);
        var answered = Stopwatch.GetElapsedTime(start);
        var usage = process.Usage();
        start = Stopwatch.GetTimestamp();
        await AnsweredAsync(process, InvokeAsync(name, function.Event, cancellationToken));
        return new ColdStart(answered.TotalMilliseconds, usage.Processor.TotalMilliseconds, usage.PeakMemory, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static async Task AnsweredAsync(FunctionProcess process, Task<string?> answer)
    {
        if (await answer is { } error)
            throw new InvalidOperationException($"{error}\n{process.Log}");
    }

    /// <returns>The body of the response if the invocation failed; otherwise null.</returns>
    private async Task<string?> InvokeAsync(string name, string payload, CancellationToken cancellationToken)
    {
        using var content = new StringContent(payload, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync($"/2015-03-31/functions/{name}/invocations", content, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode && !answer.Headers.Contains("X-Amz-Function-Error")
            && !body.Contains("\"statusCode\":5", StringComparison.Ordinal) && !body.Contains("itemIdentifier", StringComparison.Ordinal) ? null : body;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var operation = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        var answer = operation switch
        {
            "StartExecution" => """{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:orders:o-1","startDate":1795515300.0}""",
            "GetItem" => Order,
            _ => "{}",
        };
        context.Response.ContentType = "application/x-amz-json-1.0";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }
}
