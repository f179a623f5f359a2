using System.Diagnostics;
using OrderSystem.AppHost.Standalone;

namespace OrderSystem.Tests.AppHost;

public sealed class WardenTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exec sleep 600")]
    [InlineData("trap '' TERM; while :; do sleep 1; done")]
    public async Task What_still_runs_when_the_AppHost_is_gone_is_ended(string script)
    {
        using var left = Process.Start("sh", ["-c", script]);
        using (var warden = new Warden())
            warden.Watch(left.Id);
        await left.WaitForExitAsync(Cancelled);
    }

    [Fact]
    public async Task A_process_that_was_released_is_left_alone()
    {
        using var released = Process.Start("sleep", ["600"]);
        using var watched = Process.Start("sleep", ["600"]);
        try
        {
            using (var warden = new Warden())
            {
                warden.Watch(released.Id);
                warden.Watch(watched.Id);
                warden.Release(released.Id);
            }

            await watched.WaitForExitAsync(Cancelled);
            Assert.False(released.HasExited);
        }
        finally
        {
            released.Kill();
        }
    }
}
