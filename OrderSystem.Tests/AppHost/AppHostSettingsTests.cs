using Microsoft.Extensions.Configuration;
using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class AppHostSettingsTests
{
    [Fact]
    public void By_default_the_cloud_is_detected_and_no_data_is_kept()
    {
        var settings = Read([]);
        Assert.Null(settings.Cloud);
        Assert.Null(settings.Data);
        Assert.Equal("order-system-dev", settings.Stack);
        Assert.Empty(settings.Ports);
        Assert.False(settings.Aspire.DisableDashboard);
        Assert.True(settings.Aspire.EnableResourceLogging);
    }

    [Theory]
    [InlineData("embedded", Cloud.Embedded)]
    [InlineData("Local", Cloud.Local)]
    [InlineData("aws", Cloud.Aws)]
    public void The_cloud_is_read_case_insensitively(string name, Cloud cloud)
    {
        Assert.Equal(cloud, Read(["--cloud", name]).Cloud);
        Assert.Equal(cloud, Read([], ("OrderSystem:Cloud", name)).Cloud);
    }

    [Theory]
    [InlineData("azure")]
    [InlineData("0")]
    public void The_error_for_an_unknown_cloud_lists_the_known_ones(string name) =>
        Assert.Equal($"Cloud is '{name}', but must be local, embedded or aws.", Assert.Throws<SettingsException>(() => Read(["--cloud", name])).Message);

    [Fact]
    public void Flags_need_no_value_in_any_position()
    {
        var settings = Read(["--no-dashboard", "--cloud", "embedded", "--quiet", "--data", "kept"]);
        Assert.True(settings.Aspire.DisableDashboard);
        Assert.False(settings.Aspire.EnableResourceLogging);
        Assert.Equal(Cloud.Embedded, settings.Cloud);
        Assert.Equal(Path.Combine(Repository.Root, "kept"), settings.Data);
    }

    [Fact]
    public void Flags_can_have_a_value()
    {
        var settings = Read(["--no-dashboard=true", "--quiet=false", "--yes=true"]);
        Assert.True(settings.Aspire.DisableDashboard);
        Assert.True(settings.Aspire.EnableResourceLogging);
        Assert.True(settings.Yes);
    }

    [Fact]
    public void A_file_is_refused_as_the_data_folder()
    {
        var file = Path.Combine(Repository.Root, "README.md");
        Assert.Equal($"Data is '{file}', but must be a folder, not a file.", Assert.Throws<SettingsException>(() => Read(["--data", file])).Message);
    }

    [Fact]
    public void Ports_can_be_set_by_option_environment_and_configuration_key()
    {
        var settings = Read(["--port", "api=5081", "--OrderSystem:Ports:dynamodb=8001"], ("OrderSystem:Ports:local-cloud", "4567"), ("OrderSystem:Ports:api", "9"));
        Assert.Equal([("api", 5081), ("dynamodb", 8001), ("local-cloud", 4567)], settings.Ports.Select(port => (port.Key, port.Value)).Order());
    }

    [Theory]
    [InlineData("--port", "api")]
    [InlineData("--port", "=1")]
    [InlineData("--port", "api=0")]
    [InlineData("--port", "api=65536")]
    [InlineData("--port", "api=-1")]
    [InlineData("--port", "api=x")]
    [InlineData("--port", "web=80")]
    [InlineData("--OrderSystem:Ports:web=80", "")]
    [InlineData("--OrderSystem:NoDashboard=maybe", "")]
    [InlineData("--no-dashboard=maybe", "")]
    public void An_invalid_value_is_refused(string first, string second)
    {
        var failure = Assert.Throws<SettingsException>(() => Read([first, second]));
        Assert.Matches("NAME=NUMBER|must be|needs a value", failure.Message);
    }

    [Fact]
    public void A_value_that_looks_like_a_flag_stays_a_value()
    {
        var settings = Read(["--stack", "quiet", "--data=yes"]);
        Assert.Equal(("quiet", Path.Combine(Repository.Root, "yes")), (settings.Stack, settings.Data));
        Assert.True(settings.Aspire.EnableResourceLogging);
        Assert.False(settings.Yes);
    }

    [Theory]
    [InlineData("--cluod", "--cloud")]
    [InlineData("--no-dashbord", "--no-dashboard")]
    [InlineData("--ports", "--port")]
    public void A_mistyped_option_is_refused_with_a_suggestion(string typed, string meant) =>
        Assert.Equal($"There is no option {typed}. Did you mean {meant}? --help lists the options.", Assert.Throws<SettingsException>(() => Read([typed, "x"])).Message);

    [Fact]
    public void Options_of_the_Aspire_tools_are_passed_on() => Assert.Contains("publish", Read(["--operation", "publish", "--step", "deploy", "--output-path", "x"]).Aspire.Args!);

    [Fact]
    public void Variables_of_other_programs_change_nothing()
    {
        var settings = Read([], ("Cloud", "aws"), ("DATA", "x"), ("QUIET", "1"), ("OrderSystem:Yes", "true"));
        Assert.Null(settings.Cloud);
        Assert.Null(settings.Data);
        Assert.False(settings.Yes);
    }

    [Fact]
    public void The_settings_file_of_the_project_is_read()
    {
        var file = Path.Combine(Repository.Root, "OrderSystem.AppHost", "appsettings.json");
        Assert.Contains("\"OrderSystem\"", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal("order-system-dev", AppHostSettings.Read([]).Stack);
    }

    [Fact]
    public void Without_a_launch_profile_the_dashboard_uses_its_default_addresses()
    {
        Assert.Contains("--ASPNETCORE_URLS=http://localhost:18888", Read([]).Aspire.Args!);
        Assert.DoesNotContain(Read([], ("ASPNETCORE_URLS", "http://localhost:1")).Aspire.Args!, arg => arg.StartsWith("--ASPNETCORE_URLS", StringComparison.Ordinal));
        Assert.Contains("--ASPNETCORE_URLS=http://localhost:2", Read(["--port", "dashboard=2"], ("ASPNETCORE_URLS", "http://localhost:1")).Aspire.Args!);
    }

    private static AppHostSettings Read(string[] args, params (string Key, string Value)[] below) => AppHostSettings.Read(
        [.. args.Where(arg => arg.Length > 0)], new ConfigurationBuilder().AddInMemoryCollection(below.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build());
}
