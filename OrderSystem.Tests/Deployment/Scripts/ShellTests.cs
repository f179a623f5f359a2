using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Deployment.Scripts;

public class ShellTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private static string[] Scripts => [.. Directory.GetFiles(DeployedTemplate.Folder, "*.sh").Order()];

    [Fact]
    public async Task Every_script_is_valid_bash()
    {
        Assert.Equal(["deploy.sh", "destroy.sh", "package.sh", "stack.sh"], Scripts.Select(Path.GetFileName));
        foreach (var script in Scripts)
        {
            var (exitCode, output) = await Tool.RunAsync("bash", ["-n", script], CancellationToken);
            Assert.True(exitCode == 0, output);
        }
    }

    [Fact]
    public async Task ShellCheck_reports_nothing()
    {
        var (exitCode, output) = await Tool.RunAsync("shellcheck", ["--external-sources", "--source-path", Path.GetDirectoryName(DeployedTemplate.Folder)!, .. Scripts], CancellationToken);
        Assert.SkipWhen(exitCode is null, "ShellCheck is not installed (Debian and Ubuntu: apt-get install shellcheck).");
        Assert.True(exitCode == 0, output);
    }
}
