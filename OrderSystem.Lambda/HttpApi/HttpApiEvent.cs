using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>
/// A request from API Gateway to a function, in payload format version 2.0. Amazon API Gateway Developer Guide: "Create
/// AWS Lambda proxy integrations for HTTP APIs".
/// </summary>
public sealed record HttpApiRequest
{
    /// <summary>The percent-encoded path. The path begins with the stage's name unless the stage is <c>$default</c>.</summary>
    public string RawPath { get; init; } = "/";

    /// <summary>The query string, without the question mark.</summary>
    public string? RawQueryString { get; init; }

    /// <summary>The cookies, each as <c>name=value</c>.</summary>
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The headers, keyed by lower-case name. Several values of a header are joined with commas.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The request context that API Gateway adds.</summary>
    public required HttpApiRequestContext RequestContext { get; init; }

    /// <summary>The body, as text or as Base64.</summary>
    public string? Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is Base64.</summary>
    public bool IsBase64Encoded { get; init; }
}

/// <summary>The request context that API Gateway adds to a request.</summary>
public sealed record HttpApiRequestContext
{
    /// <summary>The stage's name, such as <c>$default</c>.</summary>
    public string? Stage { get; init; }

    /// <summary>The request's id in API Gateway's logs.</summary>
    public string? RequestId { get; init; }

    /// <summary>The result of the route's authorizer; null if the route has no authorizer.</summary>
    public HttpApiAuthorizer? Authorizer { get; init; }

    /// <summary>The request's method, protocol and client address.</summary>
    public required HttpApiRequestLine Http { get; init; }
}

/// <summary>The result of a route's authorizer.</summary>
public sealed record HttpApiAuthorizer
{
    /// <summary>The token that the JWT authorizer accepted; null if the route has no JWT authorizer.</summary>
    public HttpApiJwt? Jwt { get; init; }

    /// <summary>The IAM principal; null unless the request was signed with IAM credentials.</summary>
    public HttpApiIam? Iam { get; init; }
}

/// <summary>A token that the JWT authorizer accepted.</summary>
public sealed record HttpApiJwt
{
    /// <summary>The token's claims.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Claims { get; init; }
}

/// <summary>An IAM principal.</summary>
public sealed record HttpApiIam
{
    /// <summary>The principal's ARN.</summary>
    public string? UserArn { get; init; }
}

/// <summary>A request's method, protocol and client address.</summary>
public sealed record HttpApiRequestLine
{
    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The protocol, such as <c>HTTP/1.1</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The client's IP address.</summary>
    public string? SourceIp { get; init; }
}

/// <summary>A function's response to API Gateway, in payload format version 2.0.</summary>
public sealed record HttpApiResponse
{
    /// <summary>The HTTP status code.</summary>
    public required int StatusCode { get; init; }

    /// <summary>The headers. Several values of a header are joined with commas.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The values of the header <c>Set-Cookie</c>.</summary>
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The body, as text or as Base64.</summary>
    public string? Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is Base64.</summary>
    public bool IsBase64Encoded { get; init; }
}

/// <summary>JSON serialization of HTTP API events.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HttpApiRequest))]
[JsonSerializable(typeof(HttpApiResponse))]
public sealed partial class HttpApiJson : JsonSerializerContext
{
    /// <summary>
    /// Serializes responses with relaxed escaping, which keeps a JSON body with many quotes small: Lambda limits a response
    /// to 6 MB.
    /// </summary>
    internal static HttpApiJson Answer { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
