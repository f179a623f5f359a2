using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>
/// A request as API Gateway hands it to a function. Amazon API Gateway Developer Guide: "Create AWS Lambda proxy
/// integrations for HTTP APIs", payload format version 2.0.
/// </summary>
public sealed record HttpApiRequest
{
    /// <summary>The path, percent-encoded, with the stage in front where it is not <c>$default</c>.</summary>
    public string RawPath { get; init; } = "/";

    /// <summary>The query without its question mark.</summary>
    public string? RawQueryString { get; init; }

    /// <summary>The cookies, each <c>name=value</c>.</summary>
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The headers by lower-case name; several values of one stand in one text, with commas.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>What API Gateway knows of the request.</summary>
    public required HttpApiRequestContext RequestContext { get; init; }

    /// <summary>The body, as text or in base 64.</summary>
    public string? Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is base 64.</summary>
    public bool IsBase64Encoded { get; init; }
}

/// <summary>What API Gateway knows of a request.</summary>
public sealed record HttpApiRequestContext
{
    /// <summary>The stage, such as <c>$default</c>.</summary>
    public string? Stage { get; init; }

    /// <summary>The request's id in API Gateway's logs.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whom the route's authorizer found; null where the route has none.</summary>
    public HttpApiAuthorizer? Authorizer { get; init; }

    /// <summary>The request line and its sender.</summary>
    public required HttpApiRequestLine Http { get; init; }
}

/// <summary>Whom an authorizer found.</summary>
public sealed record HttpApiAuthorizer
{
    /// <summary>The token, where a JWT authorizer accepted one.</summary>
    public HttpApiJwt? Jwt { get; init; }

    /// <summary>The principal, where the request was signed with IAM credentials.</summary>
    public HttpApiIam? Iam { get; init; }
}

/// <summary>A token that was accepted.</summary>
public sealed record HttpApiJwt
{
    /// <summary>Its claims.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Claims { get; init; }
}

/// <summary>A principal of IAM.</summary>
public sealed record HttpApiIam
{
    /// <summary>Its ARN.</summary>
    public string? UserArn { get; init; }
}

/// <summary>The request line and its sender.</summary>
public sealed record HttpApiRequestLine
{
    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The protocol, such as <c>HTTP/1.1</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The client's address.</summary>
    public string? SourceIp { get; init; }
}

/// <summary>A function's answer to API Gateway, payload format version 2.0.</summary>
public sealed record HttpApiResponse
{
    /// <summary>The HTTP status.</summary>
    public required int StatusCode { get; init; }

    /// <summary>The headers; several values of one stand in one text, with commas.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The values of <c>Set-Cookie</c>.</summary>
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The body, as text or in base 64.</summary>
    public string? Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is base 64.</summary>
    public bool IsBase64Encoded { get; init; }
}

/// <summary>The JSON of HTTP API events.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HttpApiRequest))]
[JsonSerializable(typeof(HttpApiResponse))]
public sealed partial class HttpApiJson : JsonSerializerContext
{
    /// <summary>For answers: a body that is JSON has more quotes than anything else, and an answer has room for 6 MB.</summary>
    internal static HttpApiJson Answer { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
