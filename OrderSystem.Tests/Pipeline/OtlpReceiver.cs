using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Tests.Pipeline;

/// <summary>An exported span.</summary>
public sealed record ExportedSpan(string Service, string Name, string TraceId, string SpanId, string? ParentSpanId)
{
    /// <summary>The span's attributes by name; an attribute whose value is not a string has an empty value here.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
}

/// <summary>Receives traces over OTLP (HTTP, protobuf) and keeps the fields that the tests check.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentBag<ExportedSpan> _spans = [];
    private readonly ConcurrentBag<byte[]> _requests = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>The endpoint that exporters send telemetry to.</summary>
    public string Endpoint => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            receiver._requests.Add(body.ToArray());
            if (context.Request.Path == "/v1/traces")
                receiver.Read(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>All spans received so far.</summary>
    public IReadOnlyCollection<ExportedSpan> Spans => _spans;

    /// <summary>The spans of a trace, root first.</summary>
    public IReadOnlyList<ExportedSpan> Trace(string traceId) => [.. _spans.Where(span => span.TraceId == traceId).OrderBy(span => span.ParentSpanId is not null)];

    /// <summary>Whether any received span, metric or log record contains a text.</summary>
    public bool Mentions(string text) => _requests.Any(request => request.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>
    /// Reads the spans of a request. Message types in opentelemetry-proto: ExportTraceServiceRequest › ResourceSpans ›
    /// ScopeSpans › Span.
    /// </summary>
    private void Read(ReadOnlyMemory<byte> request)
    {
        foreach (var (_, resourceSpans) in Fields(request).Where(field => field.Number == 1))
        {
            var service = Fields(resourceSpans).Where(field => field.Number == 1)
                .SelectMany(resource => Fields(resource.Bytes).Where(field => field.Number == 1))
                .Select(attribute => Fields(attribute.Bytes).ToDictionary(field => field.Number, field => field.Bytes))
                .Where(attribute => Text(attribute[1]) == "service.name")
                .Select(attribute => Text(Fields(attribute[2]).Single().Bytes))
                .Single();
            foreach (var span in Fields(resourceSpans).Where(field => field.Number == 2).SelectMany(scope => Fields(scope.Bytes)).Where(field => field.Number == 2))
            {
                var fields = Fields(span.Bytes).GroupBy(field => field.Number).ToDictionary(group => group.Key, group => group.First().Bytes);
                _spans.Add(new ExportedSpan(
                    service,
                    Text(fields[5]),
                    Convert.ToHexStringLower(fields[1].Span),
                    Convert.ToHexStringLower(fields[2].Span),
                    fields.TryGetValue(4, out var parent) && parent.Length > 0 ? Convert.ToHexStringLower(parent.Span) : null)
                {
                    Attributes = Fields(span.Bytes).Where(field => field.Number == 9)
                        .Select(attribute => Fields(attribute.Bytes).ToDictionary(field => field.Number, field => field.Bytes))
                        .ToDictionary(attribute => Text(attribute[1]), attribute => Fields(attribute[2]).Where(value => value.Number == 1).Select(value => Text(value.Bytes)).SingleOrDefault() ?? ""),
                });
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var length = (key & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Varint(message.Span, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"Wire type {key & 7}"),
            };
            if ((key & 7) == 0)
                Varint(message.Span, ref at);
            yield return ((int)(key >> 3), message.Slice(at, length));
            at += length;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
