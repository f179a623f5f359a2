using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace OrderSystem.DeadLetters;

/// <summary>
/// Signs requests with AWS Signature Version 4. AWS General Reference: "AWS Signature Version 4 signing process".
/// </summary>
/// <param name="region">The AWS region in the credential scope.</param>
/// <param name="credentials">Returns the credentials to sign with.</param>
/// <param name="time">The clock that provides the signature's date.</param>
internal sealed class SignatureV4Handler(string region, Func<ImmutableCredentials> credentials, TimeProvider time)
    : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>The request option with the name of the AWS service, which is part of the credential scope.</summary>
    public static readonly HttpRequestOptionsKey<string> Service = new("aws-service");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        request.Options.TryGetValue(Service, out var service);
        Sign(request, body, service!);
        return await base.SendAsync(request, cancellationToken);
    }

    /// <summary>Adds the headers with the date, the session token (if there is one) and the signature to a request.</summary>
    internal void Sign(HttpRequestMessage request, byte[] body, string service)
    {
        var key = credentials();
        var date = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.Host ??= request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority;
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        if (key.UseToken)
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", key.Token);

        var headers = request.Headers.Concat(request.Content?.Headers.Where(header => header.Key == "Content-Type") ?? [])
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value).Trim(), StringComparer.Ordinal)
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .ToList();
        var signedHeaders = string.Join(';', headers.Select(header => header.Key));
        var canonical = string.Join('\n',
            request.Method.Method,
            Path(request.RequestUri!),
            Query(request.RequestUri!),
            string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n")),
            signedHeaders,
            Hex(SHA256.HashData(body)));
        var scope = $"{date[..8]}/{region}/{service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signingKey = new[] { date[..8], region, service, "aws4_request" }
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + key.SecretKey), (secret, part) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(part)));
        var signature = Hex(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={key.AccessKey}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}");
    }

    // The canonical request contains the path with each segment URI-encoded once more than in the request itself.
    private static string Path(Uri uri) => string.Join('/', uri.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => $"{Encode(pair[0])}={Encode(pair.Length > 1 ? pair[1] : "")}")
        .Order(StringComparer.Ordinal));

    private static string Encode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
