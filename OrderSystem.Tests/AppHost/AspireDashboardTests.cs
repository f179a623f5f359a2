using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public class AspireDashboardTests
{
    [Fact]
    public void What_the_launch_profile_says_stays() => Assert.Empty(AspireDashboard.Environment(new Ports(), _ => "said"));

    [Fact]
    public void Ports_that_were_moved_outweigh_the_launch_profile()
    {
        var variables = AspireDashboard.Environment(new Ports { Dashboard = 9000, OtlpHttp = 9001 }, _ => "said");
        Assert.Equal(["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:9001", "ASPNETCORE_URLS=http://localhost:9000"], variables.Select(variable => $"{variable.Key}={variable.Value}").Order());
    }

    [Fact]
    public void Without_a_launch_profile_the_dashboard_has_its_usual_ports()
    {
        var variables = AspireDashboard.Environment(new Ports(), _ => null);
        Assert.Equal("http://localhost:18888", variables["ASPNETCORE_URLS"]);
        Assert.Equal("http://localhost:4317", variables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]);
        Assert.Equal("true", variables["ASPIRE_ALLOW_UNSECURED_TRANSPORT"]);
    }
}
