using System.Net;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Lambda;

/// <summary>Tests the forms in which a Lambda API request may name a function.</summary>
public class FunctionIdentifierTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("NAME")]
    [InlineData("function:NAME")]
    [InlineData("000000000000:function:NAME")]
    [InlineData("000000000000:NAME")]
    [InlineData($"{Arn}:NAME")]
    [InlineData($"{Arn}:NAME:$LATEST")]
    public async Task A_function_is_found_by_each_form_of_its_name(string form)
    {
        var name = cloud.CreateFunction();
        var (status, body) = await GetAsync(form.Replace("NAME", name, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.OK, name), (status, (string?)body["Configuration"]!["FunctionName"]));
    }

    [Theory]
    [InlineData("my-function!")]
    [InlineData("*")]
    [InlineData("arn:aws:ec2:us-east-1:000000000000:instance:i-1")]
    [InlineData($"{Arn}:my-function:1:2")]
    [InlineData($"{Arn}:my-function:$LATES")]
    [InlineData("arn:aws:lambda::000000000000:function:my-function")]
    [InlineData("arn:aws:lambda:us-east-1::function:my-function")]
    [InlineData("arn:aws:lambda:nowhere:000000000000:function:my-function")]
    [InlineData("account:function:my-function")]
    public async Task A_malformed_function_name_is_refused(string name)
    {
        var (status, body) = await GetAsync(name);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith($"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:", (string?)body["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid!", @"Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "Member must have length less than or equal to 128")]
    public async Task A_malformed_qualifier_is_refused(string qualifier, string constraint)
    {
        var (status, body) = await GetAsync(cloud.CreateFunction(), qualifier);
        Assert.Equal((HttpStatusCode.BadRequest, $"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: {constraint}"), (status, (string?)body["message"]));
    }

    [Theory]
    [InlineData("$LATEST", "1")]
    [InlineData("1", "$LATEST")]
    public async Task Two_different_qualifiers_are_refused(string derived, string given)
    {
        var (status, body) = await GetAsync($"{Arn}:{cloud.CreateFunction()}:{derived}", given);
        Assert.Equal((HttpStatusCode.BadRequest, "The derived qualifier from the function name does not match the specified qualifier."), (status, (string?)body["message"]));
    }

    [Fact]
    public async Task An_unknown_function_is_named_by_its_ARN()
    {
        Assert.Equal($"Function not found: {Arn}:function", (string?)(await GetAsync(Arn)).Body["Message"]);
        Assert.Equal($"Function not found: {Arn}:nobody:$latest", (string?)(await GetAsync("nobody", "$latest")).Body["Message"]);
    }

    [Fact]
    public async Task The_reserved_concurrency_can_be_put_read_and_deleted()
    {
        var path = $"/functions/{cloud.CreateFunction()}/concurrency";
        Assert.Equal((HttpStatusCode.OK, 1), await PutAsync(path, """{"ReservedConcurrentExecutions":1}"""));
        Assert.Equal((HttpStatusCode.BadRequest, null), await PutAsync(path, """{"ReservedConcurrentExecutions":901}"""));
        Assert.Equal((HttpStatusCode.BadRequest, null), await PutAsync(path, """{"ReservedConcurrentExecutions":"many"}"""));
        Assert.Equal((HttpStatusCode.BadRequest, null), await PutAsync(path, "{}"));
        Assert.Equal("""{"ReservedConcurrentExecutions":1}""", await cloud.Client.GetStringAsync($"/2019-09-30{path}", CancellationToken));
        using var deleted = await cloud.Client.DeleteAsync($"/2017-10-31{path}", CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("{}", await cloud.Client.GetStringAsync($"/2019-09-30{path}", CancellationToken));
    }

    private async Task<(HttpStatusCode Status, int? Reserved)> PutAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var response = await cloud.Client.PutAsync($"/2017-10-31{path}", content, CancellationToken);
        return (response.StatusCode, (int?)JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!["ReservedConcurrentExecutions"]);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string function, string? qualifier = null)
    {
        var query = qualifier is null ? "" : $"?Qualifier={Uri.EscapeDataString(qualifier)}";
        using var response = await cloud.Client.GetAsync($"/2015-03-31/functions/{Uri.EscapeDataString(function)}{query}", CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!);
    }
}
