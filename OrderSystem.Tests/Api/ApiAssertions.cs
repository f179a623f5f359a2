using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Api;

internal static class ApiAssertions
{
    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static string Order(string? orderId, string token = "tok_ok", string unitPrice = "9.95") =>
        $$$"""{{{{(orderId is null ? "" : $"\"orderId\":\"{orderId}\",")}}}"customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":{{{unitPrice}}}}],"payment":{"token":"{{{token}}}"}}""";

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Checks that a response is an RFC 9457 problem document with the expected status.</summary>
    public static async Task<JsonNode> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var problem = await ReadAsync(response, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, (int?)problem["status"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        return problem;
    }
}
