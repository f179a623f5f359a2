using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using OrderSystem.CloudFormation;
using OrderSystem.Tests.Api;

namespace OrderSystem.Tests.Deployment;

/// <summary>Tests which requests API Gateway passes on to the function.</summary>
public class HttpApiTests
{
    private static readonly JsonObject Resources = DeployedTemplate.Read()["Resources"]!.AsObject();

    private static IEnumerable<JsonNode> Routes => Resources.Where(resource => (string?)resource.Value!["Type"] == "AWS::ApiGatewayV2::Route").Select(resource => resource.Value!["Properties"]!);

    [Fact]
    public async Task The_routes_are_exactly_the_methods_that_the_API_serves()
    {
        await using var app = ApiFixture.Build(_ => { });
        var served = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Distinct().Order();
        Assert.Equal(served, Routes.Select(route => (string)route["RouteKey"]!).Select(key => key.Split(' ')[0]).Order());
        Assert.All(Routes, route => Assert.EndsWith(" /{proxy+}", (string)route["RouteKey"]!, StringComparison.Ordinal));
        Assert.Equal(served, Resources["HttpApi"]!["Properties"]!["CorsConfiguration"]!["Fn::If"]![1]!["AllowMethods"]!.AsArray().Select(method => (string)method!).Order());
    }

    /// <summary>
    /// API Gateway accepts a token that has at least one of the route's scopes. The function makes all further access
    /// checks.
    /// </summary>
    [Theory]
    [InlineData("order", "operate", new[] { "order", "operate" }, new[] { "order" }, new[] { "operate" })]
    [InlineData("a,b", "c,d", new[] { "a", "b", "c", "d" }, new[] { "a", "b" }, new[] { "c", "d" })]
    [InlineData("order", "", new[] { "order" }, new[] { "order" }, null)]
    [InlineData("", "operate", null, null, new[] { "operate" })]
    [InlineData("", "", null, null, null)]
    public void Each_method_requires_its_own_scopes(string order, string operate, string[]? get, string[]? post, string[]? put)
    {
        var parameters = new Dictionary<string, string> { ["JwtIssuer"] = "https://issuer.example", ["JwtAudiences"] = "orders", ["JwtOrderScopes"] = order, ["JwtOperateScopes"] = operate };
        Assert.Equal(get, Scopes("ApiGetRoute", parameters));
        Assert.Equal(post, Scopes("ApiPostRoute", parameters));
        Assert.Equal(put, Scopes("ApiPutRoute", parameters));
        Assert.All(new[] { "ApiGetRoute", "ApiPostRoute", "ApiPutRoute" }, route =>
            Assert.Null(Scopes(route, new Dictionary<string, string> { ["JwtOrderScopes"] = order, ["JwtOperateScopes"] = operate })));
    }

    [Fact]
    public void The_function_receives_the_scopes_of_its_routes()
    {
        var variables = Resources["ApiFunction"]!["Properties"]!["Environment"]!["Variables"]!;
        Assert.All(new[] { "JwtOrderScopes", "JwtOperateScopes", "JwtCustomerClaim" }, parameter => Assert.Equal(parameter, (string?)variables[$"OrderSystem__{parameter}"]!["Ref"]));
    }

    private static IEnumerable<string>? Scopes(string route, Dictionary<string, string> parameters)
    {
        var scope = new TemplateScope(DeployedTemplate.Read(), parameters, "order-system", "us-east-1");
        return scope.Evaluate(Resources[route]!["Properties"]!["AuthorizationScopes"]!.DeepClone())?.AsArray().Select(text => (string)text!);
    }

    /// <summary>A route for OPTIONS would require a token, but a browser's preflight request never has a token.</summary>
    [Fact]
    public void API_Gateway_handles_preflight_requests() =>
        Assert.DoesNotContain(Routes, route =>
            (string?)route["RouteKey"] is "$default" || ((string)route["RouteKey"]!)
                .StartsWith("ANY", StringComparison.Ordinal) || ((string)route["RouteKey"]!).StartsWith("OPTIONS", StringComparison.Ordinal));

    [Fact]
    public void Only_this_API_may_invoke_the_function()
    {
        var permission = Resources.Single(resource => (string?)resource.Value!["Type"] == "AWS::Lambda::Permission").Value!["Properties"]!;
        Assert.Equal("""{"Ref":"ApiAlias"}""", permission["FunctionName"]!.ToJsonString());
        Assert.Equal("apigateway.amazonaws.com", (string?)permission["Principal"]);
        Assert.Equal("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/*", (string?)permission["SourceArn"]!["Fn::Sub"]);
    }

    /// <summary>API Gateway Developer Guide: "Customize HTTP API access logs".</summary>
    [Fact]
    public void The_access_log_is_one_line_of_JSON_without_tokens_or_bodies()
    {
        var format = (string)Resources["ApiStage"]!["Properties"]!["AccessLogSettings"]!["Format"]!;
        Assert.DoesNotContain('\n', format);
        var fields = JsonNode.Parse(format)!.AsObject();
        Assert.Equal("$context.requestId", (string?)fields["requestId"]);
        Assert.Equal(("$context.authorizer.claims.sub", "$context.identity.userArn"), ((string?)fields["caller"], (string?)fields["principal"]));
        Assert.All(fields, field => Assert.StartsWith("$context.", (string)field.Value!, StringComparison.Ordinal));
    }
}
