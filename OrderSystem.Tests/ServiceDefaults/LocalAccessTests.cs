using Microsoft.AspNetCore.Http;
using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.Tests.ServiceDefaults;

public class LocalAccessTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:4566", true)]
    [InlineData("api.dev.localhost:5080", true)]
    [InlineData("127.0.0.1:4566", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:4566", true)]
    [InlineData("[::ffff:127.0.0.1]:4566", true)]
    [InlineData("", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example:4566", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("evillocalhost", false)]
    [InlineData("192.168.1.7:5080", false)]
    [InlineData("0.0.0.0:5080", false)]
    [InlineData("[::]:5080", false)]
    public void Only_loopback_names_are_allowed_by_default(string host, bool allowed) => Assert.Equal(allowed, new AllowedHosts(null).Contains(new HostString(host)));

    [Theory]
    [InlineData("api;other", "api:8080", true)]
    [InlineData("api, other", "OTHER", true)]
    [InlineData("api", "api.evil.example", false)]
    [InlineData("*.example.org", "a.example.org", true)]
    [InlineData("*.example.org", "example.org.evil", false)]
    [InlineData("*", "anything", true)]
    [InlineData("api", "localhost", true)]
    public void Additional_host_names_can_be_allowed(string names, string host, bool allowed) => Assert.Equal(allowed, new AllowedHosts(names).Contains(new HostString(host)));

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "http://127.0.0.1:4566", false)]
    [InlineData(null, "http://127.0.0.1:3000", true)]
    [InlineData(null, "https://127.0.0.1:4566", true)]
    [InlineData(null, "https://evil.example", true)]
    [InlineData(null, "null", true)]
    [InlineData("same-origin", null, false)]
    [InlineData("same-origin", "http://localhost:5173", false)]
    [InlineData("none", null, false)]
    [InlineData("same-site", "http://127.0.0.1:4566", true)]
    [InlineData("cross-site", null, true)]
    [InlineData("made-up", null, true)]
    public void Cross_site_requests_are_recognised(string? site, string? origin, bool isCrossSite)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("http", new HostString("127.0.0.1:4566"));
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null)
            request.Headers.Origin = origin;
        Assert.Equal(isCrossSite, CrossSiteRequest.Is(request));
    }
}
