using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public class AppHostOptionsTests
{
    [Fact]
    public async Task The_defaults_are_the_documented_ports()
    {
        var options = await ParseAsync();
        Assert.Equal(new Ports { Api = 5080, LocalCloud = 4566, DynamoDb = 8000, Dashboard = 18888, OtlpGrpc = 4317, OtlpHttp = 4318 }, options.Ports);
        Assert.Null(options.DataDirectory);
        Assert.False(options.NoDashboard || options.Quiet);
    }

    [Fact]
    public async Task Ports_move_one_by_one()
    {
        var options = await ParseAsync("--port", "api=6080", "--port", "local-cloud=6566");
        Assert.Equal(new Ports { Api = 6080, LocalCloud = 6566 }, options.Ports);
    }

    [Fact]
    public async Task Flags_and_the_data_folder_are_taken()
    {
        var options = await ParseAsync("--no-dashboard", "--quiet", "--data", ".data");
        Assert.True(options.NoDashboard && options.Quiet);
        Assert.Equal(Path.GetFullPath(".data"), options.DataDirectory);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("api=")]
    [InlineData("api=0")]
    [InlineData("api=65536")]
    [InlineData("api=-1")]
    [InlineData("web=80")]
    public void A_port_that_means_nothing_is_refused_with_what_to_give(string move)
    {
        var parsed = AppHostOptions.CreateCommand((_, _) => Task.FromResult(0)).Parse(["--port", move]);
        Assert.Contains(parsed.Errors, error => error.Message.Contains("give NAME=NUMBER", StringComparison.Ordinal));
    }

    private static async Task<AppHostOptions> ParseAsync(params string[] arguments)
    {
        AppHostOptions? parsed = null;
        var command = AppHostOptions.CreateCommand((options, _) =>
        {
            parsed = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await command.Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
        return parsed!;
    }
}
