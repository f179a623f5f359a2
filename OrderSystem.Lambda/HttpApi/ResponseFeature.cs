using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>Collects the application's response, because a function responds once, with the whole body.</summary>
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
        set => field = HasStarted ? throw new InvalidOperationException("The response has started, so its status can no longer be set.") : value;
    } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers
    {
        get => _headers;
        set => throw new NotSupportedException("The header dictionary can't be replaced. Change its headers instead.");
    }

    Stream IHttpResponseFeature.Body
    {
        get => _body.Stream;
        set => throw new NotSupportedException("The body stream can't be set here. Replace IHttpResponseBodyFeature instead.");
    }

    public bool HasStarted { get; private set; }

    public Stream Stream => _body.Stream;

    public PipeWriter Writer => _body.Writer;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
            throw new InvalidOperationException("The response has already started. Add callbacks before the response starts.");
        _onStarting.Add((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Add((callback, state));

    public void DisableBuffering() => _body.DisableBuffering();

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
            return;
        // Callbacks run in reverse order of registration, as on Kestrel.
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

    /// <summary>Discards what the application wrote, and sets the status to 500.</summary>
    public void Fail()
    {
        HasStarted = false;
        StatusCode = StatusCodes.Status500InternalServerError;
        HasStarted = true;
        _headers = new HeaderDictionary { IsReadOnly = true };
        _collected.SetLength(0);
    }

    public void Dispose() => _collected.Dispose();

    /// <summary>Runs the OnCompleted callbacks. An exception in a callback does not fail the response.</summary>
    /// <param name="failed">Called once for each failed callback, with the exception that it threw.</param>
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

    /// <summary>Creates the response to API Gateway.</summary>
    /// <param name="withoutBody">Whether to leave out the body, as for a <c>HEAD</c> request.</param>
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

    /// <summary>
    /// Whether the headers declare the body as UTF-8 text. Any other body, including compressed text, is sent as Base64.
    /// </summary>
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

    /// <summary>Starts the response at the first write, after which headers can no longer change.</summary>
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
