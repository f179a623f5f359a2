using OrderSystem.CrashTests.Processes;

namespace OrderSystem.Tests.CrashTests;

public sealed class ProcessLifeTests
{
    private const string Ready = "12:00:00.000 info: Microsoft.Hosting.Lifetime[0] Application started. Press Ctrl+C to shut down.";
    private const string Refusal = "api: The disk is full.";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(134)]
    [InlineData(137)]
    [InlineData(139)]
    [InlineData(143)]
    public void An_unexpected_exit_is_an_error_that_includes_the_last_output(int exitCode)
    {
        var life = Life(Ready, "Unhandled exception.");
        Assert.StartsWith($"api ended with exit code {exitCode} unexpectedly", life.Judge(exitCode), StringComparison.Ordinal);
        Assert.EndsWith("Unhandled exception.", life.Judge(exitCode), StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_process_may_only_exit_with_the_code_of_the_kill()
    {
        var life = Life(Ready);
        life.IsKilled = true;
        Assert.Null(life.Judge(137));
        Assert.NotNull(life.Judge(134));
    }

    [Fact]
    public void A_stopped_process_must_exit_with_zero_if_it_was_ready()
    {
        var life = Life();
        life.IsToldToStop = true;
        Assert.Null(life.Judge(143));
        life.Hear(Ready);
        Assert.Null(life.Judge(0));
        Assert.NotNull(life.Judge(143));
        Assert.NotNull(life.Judge(1));
    }

    [Fact]
    public void A_foreign_process_may_exit_with_any_code_when_it_is_stopped()
    {
        var life = new ProcessLife("dynamodb", isForeign: true);
        life.Hear(Ready);
        Assert.NotNull(life.Judge(143));
        life.IsToldToStop = true;
        Assert.Null(life.Judge(143));
    }

    [Fact]
    public void A_process_may_fail_to_start_on_a_full_disk_if_it_says_so()
    {
        Assert.NotNull(Life(Refusal).Judge(1));
        var life = Life();
        life.HadNoRoom = true;
        Assert.NotNull(life.Judge(1));
        life.Hear(Refusal);
        Assert.Null(life.Judge(1));
        life.Hear(Ready);
        Assert.NotNull(life.Judge(1));
        life.IsToldToStop = true;
        Assert.Null(life.Judge(1));
    }

    private static ProcessLife Life(params string[] lines)
    {
        var life = new ProcessLife("api", isForeign: false);
        foreach (var line in lines)
            life.Hear(line);
        return life;
    }
}
