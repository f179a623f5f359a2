using OrderSystem.Tests.Deployment.Scripts;

namespace OrderSystem.Tests.AppHost;

/// <summary>
/// Tests the pipeline step of <c>aspire deploy</c> with two fake commands: an <c>aws</c> that records its calls, and a
/// <c>dotnet</c> that publishes empty packages.
/// </summary>
public sealed class DeployStepTests : IDisposable
{
    /// <summary>
    /// A script that replaces the command <c>dotnet</c> and publishes empty packages. Publishing real Native AOT packages
    /// takes minutes and is covered by other tests.
    /// </summary>
    private const string EmptyPackages = """
        #!/usr/bin/env bash
        name=${2##*/OrderSystem.} name=${name%Functions}
        for argument in "$@"; do
          case $argument in -p:LambdaPackageDirectory=*) output=${argument#*=} ;; esac
        done
        mkdir -p "$output/${name,,}"
        cp "$(type -P true)" "$output/${name,,}/bootstrap"
        echo package >"$output/${name,,}.zip"
        """;

    private readonly ScriptedAws _aws = new();

    public DeployStepTests()
    {
        ScriptRun.WriteTool(_aws.Folder, "dotnet", EmptyPackages);
        _aws.Answer("s3api head-bucket*", "eu-central-1");
        _aws.Answer("s3 cp*");
        _aws.Answer("cloudformation validate-template*");
        _aws.Answer("cloudformation get-template-summary*", "TablePrefix");
        _aws.Answer("cloudformation describe-stacks*StackStatus*", error: "Stack with id orders-test does not exist", exitCode: 254);
        _aws.Answer("cloudformation describe-stacks*Parameters*", "TablePrefix\torders-test-");
        _aws.Answer("cloudformation describe-stacks*Outputs*", "ApiUrl\thttps://api");
        _aws.Answer("cloudformation describe-change-set*Changes*", "Add\t-\tOrdersTable\tAWS::DynamoDB::Table\t");
        foreach (var operation in new[] { "create-change-set", "execute-change-set", "wait", "delete-stack" })
            _aws.Answer($"cloudformation {operation}*");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task An_unconfirmed_deployment_changes_nothing()
    {
        await using var run = Deploy();
        await run.EndAsync(Cancelled);
        Assert.Equal(["cloudformation create-change-set", "cloudformation delete-stack"], _aws.Changes);
    }

    [Fact]
    public async Task Yes_executes_the_change_set_of_the_named_stack()
    {
        await using var run = Deploy("--yes");
        await run.EndAsync(Cancelled);
        Assert.Equal(["cloudformation create-change-set", "cloudformation execute-change-set"], _aws.Changes);
        Assert.All(_aws.Calls.Where(call => call.Contains("change-set-name", StringComparison.Ordinal)), call => Assert.Contains("--stack-name orders-test", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_deployment_fails_the_step()
    {
        _aws.Answer("cloudformation validate-template*", error: "Template format error", exitCode: 254);
        await using var run = Deploy("--yes");
        await run.EndAsync(Cancelled);
        Assert.Contains("Step 'deploy-stack' failed", run.Output, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    private AppHostRun Deploy(params IEnumerable<string> options) => AppHostRun.Start(
        new Dictionary<string, string>
        {
            ["PATH"] = $"{_aws.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["AWS_REGION"] = "eu-central-1",
        },
        ["--operation", "publish", "--step", "deploy-stack", "--output-path", _aws.Packages, "--stack", "orders-test", "--bucket", "packages", .. options]);
}
