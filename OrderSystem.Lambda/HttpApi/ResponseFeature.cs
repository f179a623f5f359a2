using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>The response while the application writes it: a function answers once, so the body is collected.</summary>
internal sealed class ResponseFeature : IHttpResponseFeature, IHttpResponseBodyFeature, IDisposable
{
    private readonly List<(Func<object, Task> Callback, object State)> _onStarting = [];
    private readonly List<(Func<object, Task> Callback, object State)> _onCompleted = [];
    private readonly MemoryStream _collected = new();
    private readonly StreamResponseBodyFeature _body;
    private HeaderDictionary _headers = [];

    public ResponseFeature() => _body = new StreamResponseBodyFeature(new StartingStream(_collected, this));

    public int StatusCode
    {
        get;
        set => field = HasStarted ? throw new InvalidOperationException("The response has started: its status is sent.") : value;
    } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers
    {
        get => _headers;
        set => throw new NotSupportedException("Change the headers that are there instead.");
    }

    Stream IHttpResponseFeature.Body
    {
        get => _body.Stream;
        set => throw new NotSupportedException("Replace IHttpResponseBodyFeature instead.");
    }

    public bool HasStarted { get; private set; }

    public Stream Stream => _body.Stream;

    public PipeWriter Writer => _body.Writer;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
            throw new InvalidOperationException("The response has started.");
        _onStarting.Add((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Add((callback, state));

    public void DisableBuffering() => _body.DisableBuffering();

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
            return;
        // What was registered last runs first, as on Kestrel.
        for (var i = _onStarting.Count - 1; i >= 0; i--)
            await _onStarting[i].Callback(_onStarting[i].State);
        HasStarted = true;
        _headers.IsReadOnly = true;
    }

    public async Task CompleteAsync()
    {
        await StartAsync();
        await _body.CompleteAsync();
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await _body.SendFileAsync(path, offset, count, cancellationToken);
    }

    /// <summary>Drops what the application wrote before it failed.</summary>
    public void Fail()
    {
        HasStarted = false;
        StatusCode = StatusCodes.Status500InternalServerError;
        HasStarted = true;
        _headers = new HeaderDictionary { IsReadOnly = true };
        _collected.SetLength(0);
    }

    public void Dispose() => _collected.Dispose();

    /// <summary>Calls what waits for the response's end; what fails there fails no answer.</summary>
    /// <param name="failed">Told of each that did.</param>
    public async Task FireCompletedAsync(Action<Exception> failed)
    {
        for (var i = _onCompleted.Count - 1; i >= 0; i--)
        {
            try
            {
                await _onCompleted[i].Callback(_onCompleted[i].State);
            }
            catch (Exception e)
            {
                failed(e);
            }
        }
    }

    /// <summary>The answer to API Gateway.</summary>
    /// <param name="withoutBody">Whether it answers a <c>HEAD</c> request, which has no body whatever was written.</param>
    public HttpApiResponse ToResponse(bool withoutBody)
    {
        var body = withoutBody ? [] : _collected.ToArray();
        var isText = IsText() && Utf8.IsValid(body);
        return new HttpApiResponse
        {
            StatusCode = StatusCode,
            Headers = Headers.Where(header => !header.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value.ToArray()), StringComparer.OrdinalIgnoreCase),
            Cookies = Headers.SetCookie is { Count: > 0 } cookies ? [.. cookies.OfType<string>()] : null,
            Body = body.Length == 0 ? null : isText ? Encoding.UTF8.GetString(body) : Convert.ToBase64String(body),
            IsBase64Encoded = body.Length > 0 && !isText,
        };
    }

    /// <summary>Whether the body is UTF-8 text by its type; anything else, compressed text included, goes as base 64.</summary>
    private bool IsText()
    {
        if (Headers.ContentEncoding.Count > 0)
            return false;
        var type = Headers.ContentType.ToString();
        var charset = type.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (charset >= 0 && !type.AsSpan(charset + "charset=".Length).Trim("\" ").StartsWith("utf-8", StringComparison.OrdinalIgnoreCase))
            return false;
        var media = type.Split(';')[0].Trim();
        return media.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/xml", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Starts the response at the first write, which is when headers can no longer change.</summary>
    private sealed class StartingStream(MemoryStream inner, ResponseFeature response) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed. Call FlushAsync instead.");

        public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Synchronous operations are disallowed. Call WriteAsync instead.");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            await inner.WriteAsync(buffer, cancellationToken);
        }
    }
}
