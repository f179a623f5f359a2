using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Runs the AWS SDK for JavaScript in Node.js against LocalCloud.</summary>
public class AwsSdkTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static readonly NpmInstallation Sdk = new(new NpmPackage("@aws-sdk/client-sfn", "3.1164.0"));

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("executions")]
    [InlineData("express")]
    [InlineData("activities")]
    [InlineData("callbacks")]
    [InlineData("versions")]
    [InlineData("testState")]
    [InlineData("errors")]
    public async Task The_SDK_gets_the_same_responses_as_from_AWS(string scenario)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "StepFunctions", "sdk.mjs");
        var (exitCode, output) = await Tool.RunAsync("node", [script, await InstallAsync(), cloud.Host.Address.ToString(), scenario], CancellationToken);
        Assert.True(exitCode == 0, output);
    }

    private static async Task<string> InstallAsync()
    {
        try
        {
            return await Sdk.EnsureAsync(TestContext.Current.SendDiagnosticMessage, CancellationToken);
        }
        catch (MissingToolException exception)
        {
            Assert.Skip(exception.Message);
            return "";
        }
    }
}
