namespace OrderSystem.Benchmarks.Functions;

/// <summary>A packaged Lambda function, and an event that makes the function access its store.</summary>
/// <param name="Package">The name of the package without <c>.zip</c>.</param>
/// <param name="Handler">The name of the handler, which selects the function within the package.</param>
/// <param name="Event">The event that invokes the function.</param>
internal sealed record ColdFunction(string Package, string Handler, string Event)
{
    private const string Order = """{\"customerId\":\"c-1\",\"currency\":\"EUR\",\"lines\":[{\"sku\":\"A1\",\"quantity\":2,\"unitPrice\":9.95}],\"payment\":{\"token\":\"tok_ok\"}}""";

    public static IReadOnlyList<ColdFunction> All { get; } =
    [
        new("api", "Api", $$$"""{"version":"2.0","routeKey":"$default","rawPath":"/orders","rawQueryString":"","headers":{"content-type":"application/json","x-forwarded-proto":"https"},"requestContext":{"stage":"$default","requestId":"r-1","authorizer":{"jwt":{"claims":{"sub":"c-1"},"scopes":null}},"http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"203.0.113.9"}},"body":"{{{Order}}}","isBase64Encoded":false}"""),
        new("processor", "ProcessOrders",
            """{"Records":[{"eventID":"e-1","eventName":"INSERT","eventSource":"aws:dynamodb","dynamodb":{"Keys":{"orderId":{"S":"o-1"}},"NewImage":{"orderId":{"S":"o-1"}},"SequenceNumber":"1"}}]}"""),
        new("workflow", "ValidateOrder", """{"orderId":"o-1"}"""),
    ];
}
