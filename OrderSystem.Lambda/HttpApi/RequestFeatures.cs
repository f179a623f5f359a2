using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>Converts an HTTP API event into the request features of ASP.NET Core.</summary>
internal static class RequestFeatures
{
    /// <exception cref="FormatException">The body is marked as Base64 but is not valid Base64.</exception>
    public static FeatureCollection From(HttpApiRequest request, CancellationToken aborted)
    {
        var (pathBase, path) = Split(request);
        var body = Body(request);
        var headers = Headers(request);
        if (body.Length > 0 && !headers.ContainsKey("Content-Length"))
            headers.ContentLength = body.Length;
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.RequestContext.Http.Method,
            Protocol = request.RequestContext.Http.Protocol ?? "HTTP/1.1",
            Scheme = headers["X-Forwarded-Proto"] is [{ Length: > 0 } scheme, ..] ? scheme : "https",
            PathBase = pathBase,
            Path = WithoutDotSegments(Decode(path)),
            QueryString = string.IsNullOrEmpty(request.RawQueryString) ? "" : "?" + request.RawQueryString,
            RawTarget = path + (string.IsNullOrEmpty(request.RawQueryString) ? "" : "?" + request.RawQueryString),
            Headers = headers,
            Body = new MemoryStream(body, writable: false),
        });
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body.Length > 0));
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
        {
            RemoteIpAddress = IPAddress.TryParse(request.RequestContext.Http.SourceIp, out var address) ? address : null,
        });
        if (HttpApiIdentity.From(request.RequestContext.Authorizer) is { } user)
            features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = user });
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = aborted });
        features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = request.RequestContext.RequestId ?? Guid.NewGuid().ToString() });
        return features;
    }

    /// <summary>
    /// Splits the raw path into the API's stage and the remaining path. The stage becomes the application's path base.
    /// </summary>
    private static (string PathBase, string Path) Split(HttpApiRequest request)
    {
        var prefix = "/" + request.RequestContext.Stage;
        return request.RequestContext.Stage is null or "" or "$default" || !request.RawPath.StartsWith(prefix, StringComparison.Ordinal)
            ? ("", request.RawPath)
            : request.RawPath.Length == prefix.Length ? (prefix, "/")
            : request.RawPath[prefix.Length] == '/' ? (prefix, request.RawPath[prefix.Length..])
            : ("", request.RawPath);
    }

    /// <summary>
    /// Decodes percent-encoding, as Kestrel does. An encoded slash remains encoded, so that it does not separate path
    /// segments.
    /// </summary>
    private static string Decode(string path)
    {
        var slash = path.IndexOf("%2F", StringComparison.OrdinalIgnoreCase);
        return slash < 0 ? Uri.UnescapeDataString(path) : Uri.UnescapeDataString(path[..slash]) + path[slash..(slash + 3)] + Decode(path[(slash + 3)..]);
    }

    /// <summary>Resolves the path segments <c>.</c> and <c>..</c>, but never above the root (RFC 3986, section 5.2.4).</summary>
    private static string WithoutDotSegments(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
            return path;
        var segments = path.Split('/');
        var kept = new List<string>(segments.Length);
        foreach (var segment in segments)
        {
            if (segment == ".." && kept.Count > 1)
                kept.RemoveAt(kept.Count - 1);
            if (segment is not ("." or ".."))
                kept.Add(segment);
        }

        if (segments[^1] is "." or "..")
            kept.Add("");
        return string.Join('/', kept);
    }

    private static IHeaderDictionary Headers(HttpApiRequest request)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
            headers[name] = value;
        if (request.Cookies is { Count: > 0 } cookies)
            headers.Cookie = string.Join("; ", cookies);
        return headers;
    }

    private static byte[] Body(HttpApiRequest request) =>
        request.Body is not { Length: > 0 } body ? []
        : request.IsBase64Encoded ? Convert.FromBase64String(body)
        : Encoding.UTF8.GetBytes(body);

    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody { get; } = canHaveBody;
    }
}
