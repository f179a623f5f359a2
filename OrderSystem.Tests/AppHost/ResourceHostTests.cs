using System.Net;
using System.Text.RegularExpressions;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.AppHost.Standalone;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.Tests.AppHost;

/// <summary>Real processes: shells that say what they are told to.</summary>
public sealed partial class ResourceHostTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly HttpListener _health = new();
    private readonly int _healthPort = FreePort.Next();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _health.Close();
    }

    [Fact]
    public async Task Starts_in_the_order_of_dependencies_and_stops_in_reverse()
    {
        var trail = Path.GetTempFileName();
        _health.Prefixes.Add($"http://127.0.0.1:{_healthPort}/");
        _health.Start();
        var answering = AnswerAsync(() => File.ReadAllText(trail).Contains("start first", StringComparison.Ordinal) ? 200 : 503);
        await using (var host = Host(
            Shell("second", $"trap 'echo stop second >> {trail}; exit 0' TERM; echo start second >> {trail}; while :; do read -t 0.05 _ || true; done") with { WaitFor = ["first"] },
            Shell("first", $"trap 'echo stop first >> {trail}; exit 0' TERM; echo start first >> {trail}; while :; do read -t 0.05 _ || true; done") with { Health = Health("/first") }))
        {
            await host.StartAsync(Cancelled);
            await SaysAsync(trail, "start second");
        }

        Assert.Equal(["start first", "start second", "stop second", "stop first"], await File.ReadAllLinesAsync(trail, Cancelled));
        _health.Stop();
        await answering;
        File.Delete(trail);
    }

    [Fact]
    public async Task Starts_a_process_again_that_died()
    {
        var counter = Path.GetTempFileName();
        await using var host = Host(Shell("mortal", $"echo run >> {counter}; [ $(wc -l < {counter}) -gt 1 ] && exec sleep 60; exit 3"));
        await host.StartAsync(Cancelled);
        while ((await File.ReadAllLinesAsync(counter, Cancelled)).Length < 2)
            await Pause();
        Assert.Contains("mortal ended (exit code 3", _output.ToString(), StringComparison.Ordinal);
        File.Delete(counter);
    }

    [Fact]
    public async Task Gives_up_on_a_process_that_keeps_dying_and_says_what_it_said_last()
    {
        await using var host = Host(Shell("hopeless", "echo no configuration >&2; exit 7"));
        var failure = await Assert.ThrowsAsync<ResourceFailedException>(() => StartAndRunAsync(host));
        Assert.Contains("hopeless ended 6 times within a minute", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no configuration", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_essential_process_that_dies_ends_the_whole()
    {
        await using var host = Host(Shell("database", "exit 1") with { Essential = true });
        var failure = await Assert.ThrowsAsync<ResourceFailedException>(() => StartAndRunAsync(host));
        Assert.Contains("database ended with exit code 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_dies_before_it_is_ready_fails_the_start()
    {
        await using var host = Host(Shell("broken", "echo cannot open the file; exit 2") with { Health = Health("/never") });
        var failure = await Assert.ThrowsAsync<ResourceFailedException>(() => host.StartAsync(Cancelled));
        Assert.Contains("broken ended before it was ready, with exit code 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_until_the_health_check_answers_as_expected()
    {
        using var listener = _health;
        listener.Prefixes.Add($"http://127.0.0.1:{_healthPort}/");
        listener.Start();
        var asked = 0;
        var serving = Task.Run(
            async () =>
            {
                while (asked < 3)
                {
                    var context = await listener.GetContextAsync();
                    context.Response.StatusCode = ++asked < 3 ? 503 : 400;
                    context.Response.Close();
                }
            },
            Cancelled);
        await using var host = Host(Shell("slow", "exec sleep 60") with { Health = new HealthCheck(new Uri($"http://127.0.0.1:{_healthPort}/"), Status: 400) });
        await host.StartAsync(Cancelled);
        await serving;
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Kills_what_does_not_end_when_asked_with_its_children()
    {
        var pids = Path.GetTempFileName();
        var resource = Shell("stubborn", $"trap '' TERM; sleep 300 & echo $! >> {pids}; echo $$ >> {pids}; while :; do wait; done");
        using var process = ResourceProcess.Start(resource, new ConsoleLog(_output, quiet: false));
        while ((await File.ReadAllLinesAsync(pids, Cancelled)).Length < 2)
            await Pause();
        await process.StopAsync(TimeSpan.FromMilliseconds(100));
        while ((await File.ReadAllLinesAsync(pids, Cancelled)).Any(IsRunning))
        {
            Cancelled.ThrowIfCancellationRequested();
            await Pause();
        }

        File.Delete(pids);
    }

    [Fact]
    public async Task A_process_is_not_told_what_the_launch_profile_tells_the_AppHost()
    {
        Environment.SetEnvironmentVariable("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://127.0.0.1:0");
        Environment.SetEnvironmentVariable("ASPIRE_CLI_TELEMETRY_OPTOUT", "true");
        using var process = ResourceProcess.Start(Shell("env", "env"), new ConsoleLog(_output, quiet: false));
        await process.Exited.WaitAsync(Cancelled);
        Assert.DoesNotContain("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("ASPIRE_CLI_TELEMETRY_OPTOUT=true", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_installed_is_named()
    {
        await using var host = new ResourceHost([new Resource("api", new Command("no-such-program", [], Path.GetTempPath()))], new ConsoleLog(_output, quiet: false), TimeProvider.System);
        var failure = await Assert.ThrowsAsync<MissingToolException>(() => host.StartAsync(Cancelled));
        Assert.StartsWith("api could not be started", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "api          | hello\n")]
    [InlineData(true, "")]
    public void Prints_each_line_under_its_name_unless_quiet(bool quiet, string expected)
    {
        new ConsoleLog(_output, quiet).Relay("api", "hello");
        Assert.Equal(expected, _output.ToString());
    }

    private static async Task StartAndRunAsync(ResourceHost host)
    {
        await host.StartAsync(Cancelled);
        await host.RunAsync(Cancelled);
    }

    private static Resource Shell(string name, string script) => new(name, new Command("bash", ["-c", script], Path.GetTempPath()));

    private async Task AnswerAsync(Func<int> status)
    {
        try
        {
            while (true)
            {
                var context = await _health.GetContextAsync();
                context.Response.StatusCode = status();
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && !_health.IsListening)
        {
        }
    }

    private static async Task SaysAsync(string file, string line)
    {
        while (!(await File.ReadAllLinesAsync(file, Cancelled)).Contains(line))
            await Pause();
    }

    /// <summary>A killed process whose parent has not looked yet still has an entry, as a zombie.</summary>
    private static bool IsRunning(string pid)
    {
        var status = $"/proc/{pid}/status";
        return File.Exists(status) && !Zombie().IsMatch(File.ReadAllText(status));
    }

    private static Task Pause() => Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);

    private HealthCheck Health(string path) => new(new Uri($"http://127.0.0.1:{_healthPort}{path}"));

    private ResourceHost Host(params Resource[] resources) => new(resources, new ConsoleLog(_output, quiet: false), TimeProvider.System);

    [GeneratedRegex("State:\\s+[ZX]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Zombie();
}
