using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Load;

/// <summary>The clients of a crash test run. The clients send, cancel and repeat requests, and record the responses.</summary>
internal sealed class Clients(OrdersClient orders, Timeline timeline)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskingPatience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<ClientAttempt> _history = new();
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);

    /// <summary>All requests and their responses.</summary>
    public IReadOnlyList<ClientAttempt> History => [.. _history];

    /// <summary>The ids of the orders for which a client is still waiting for a final response.</summary>
    public IReadOnlyCollection<string> Waiting => [.. _waiting.Keys];

    /// <summary>Runs a client's step until the client has a final response or stops retrying.</summary>
    public async Task DoAsync(ClientStep step, CancellationToken cancellationToken)
    {
        _waiting[step.Request.OrderId] = true;
        await _slots.WaitAsync(cancellationToken);
        try
        {
            await (step.Kind switch
            {
                StepKind.PlaceTwice => Task.WhenAll(InsistAsync(step, step.Request, cancellationToken), InsistAsync(step, step.Request, cancellationToken)),
                StepKind.OtherBody => Task.WhenAll(InsistAsync(step, step.Request, cancellationToken), InsistAsync(step, step.Other!, cancellationToken)),
                StepKind.Repeat => TwiceAsync(step, cancellationToken),
                StepKind.Cancelled => CancelAsync(step, cancellationToken),
                _ => InsistAsync(step, step.BadBody is null ? step.Request : null, cancellationToken),
            });
        }
        finally
        {
            _waiting.TryRemove(step.Request.OrderId, out _);
            _slots.Release();
        }
    }

    /// <summary>
    /// Repeats a request after all disturbances have been undone, and retries for up to 30 s until there is a final
    /// response.
    /// </summary>
    public async Task AskAgainAsync(ClientOrder request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while ((await SendAsync(request.OrderId, request, request.ToJson(), cancellationToken, isAfterMend: true)).IsUnknown && Stopwatch.GetElapsedTime(start) < AskingPatience)
            await Task.Delay(RetryDelay, TimeProvider.System, cancellationToken);
    }

    private async Task TwiceAsync(ClientStep step, CancellationToken cancellationToken)
    {
        await InsistAsync(step, step.Request, cancellationToken);
        await InsistAsync(step, step.Request, cancellationToken);
    }

    private async Task CancelAsync(ClientStep step, CancellationToken cancellationToken)
    {
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(step.Patience);
        var first = await SendAsync(step.Request.OrderId, step.Request, step.Request.ToJson(), impatience.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (first.IsUnknown && !step.GivesUp)
            await InsistAsync(step, step.Request, cancellationToken);
    }

    private async Task InsistAsync(ClientStep step, ClientOrder? request, CancellationToken cancellationToken)
    {
        while ((await SendAsync(step.Request.OrderId, request, request?.ToJson() ?? step.BadBody!, cancellationToken)).IsUnknown && !step.GivesUp)
            await Task.Delay(RetryDelay, TimeProvider.System, cancellationToken);
    }

    private async Task<ClientAttempt> SendAsync(string orderId, ClientOrder? request, string body, CancellationToken cancellationToken, bool isAfterMend = false)
    {
        var sentAt = TimeProvider.System.GetUtcNow();
        using var answer = await orders.PostAsync(body, cancellationToken);
        var attempt = new ClientAttempt(orderId, request, sentAt, TimeProvider.System.GetUtcNow(), (int?)answer?.StatusCode, IsAfterMend: isAfterMend);
        if (answer is not null)
            attempt = await ReadAsync(attempt, answer);
        _history.Enqueue(attempt);
        timeline.Tell("client",
            $"{orderId}: "
                + $"{(request is null ? "an invalid body" : string.Join(", ", request.Lines.Select(line => $"{line.Quantity} {line.Sku}")) + " " + request.Token)}, sent at {sentAt:HH:mm:ss.fff}, got {attempt.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no response"}");
        return attempt;
    }

    private static async Task<ClientAttempt> ReadAsync(ClientAttempt attempt, HttpResponseMessage answer)
    {
        attempt = attempt with
        {
            IsProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json",
            HasRetryAfter = answer.Headers.RetryAfter is not null,
        };
        if (!attempt.IsAccepted)
            return attempt;
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None));
        return attempt with { CreatedAt = body.RootElement.GetProperty("order").GetProperty("createdAt").GetDateTimeOffset() };
    }
}
