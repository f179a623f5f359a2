using System.Text.RegularExpressions;

namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>Tests <c>deploy/deploy.sh</c> with a fake command <c>aws</c> that records its calls.</summary>
public sealed class DeployScriptTests : IDisposable
{
    private const string Missing = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id orders-test does not exist";
    private const string Status = "cloudformation describe-stacks*StackStatus*";

    private readonly ScriptedAws _aws = new();

    public DeployScriptTests()
    {
        _aws.Answer("s3api head-bucket*", "eu-central-1");
        _aws.Answer("s3 cp*");
        _aws.Answer("cloudformation validate-template*");
        _aws.Answer("cloudformation get-template-summary*", "TablePrefix\t\nLogRetentionInDays\t30\nOtlpEndpoint\t");
        _aws.Answer("cloudformation describe-stacks*Outputs*", "StateMachineArn\tarn:machine\nApiUrl\thttps://api");
        _aws.Answer("cloudformation describe-stacks*Parameters*", "TablePrefix\torders-test-");
        _aws.Answer("cloudformation describe-change-set*Changes*", "Add\t-\tOrdersTable\tAWS::DynamoDB::Table\t\nModify\tFalse\tApiFunction\tAWS::Lambda::Function\tProperties");
    }

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_new_stack_shows_its_changes_then_is_created_and_prints_its_outputs()
    {
        _aws.Answer(Status, error: Missing, exitCode: 254);
        Executes();
        var run = await DeployAsync("y\n");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["cloudformation create-change-set", "cloudformation execute-change-set"], _aws.Changes);
        var created = Call("create-change-set");
        Assert.Contains("--change-set-type CREATE", created, StringComparison.Ordinal);
        Assert.Contains("--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND", created, StringComparison.Ordinal);
        Assert.Contains("--region eu-central-1", created, StringComparison.Ordinal);
        Assert.Contains("--template-url https://packages.s3.amazonaws.com/order-system/template-", created, StringComparison.Ordinal);
        Assert.Contains("""[{"ParameterKey":"TablePrefix","ParameterValue":"orders-test-"}]""", created, StringComparison.Ordinal);
        Assert.Contains("--retain-except-on-create", Call("execute-change-set --change-set-name"), StringComparison.Ordinal);
        Assert.Contains("wait stack-create-complete", Call("wait stack"), StringComparison.Ordinal);
        Assert.Matches(@"add +OrdersTable +AWS::DynamoDB::Table", run.Output);
        Assert.Matches(@"modify +ApiFunction +AWS::Lambda::Function +Properties", run.Output);
        Assert.Matches(@"ApiUrl +https://api", run.Output);
        Before(run.Output, "Changes of orders-test", "Execute it?");
        Before(run.Output, "account 123456789012, region eu-central-1, as arn:aws:iam::123456789012:user/dev", "Changes of orders-test");
    }

    [Fact]
    public async Task The_template_is_validated_before_a_change_set_is_created()
    {
        _aws.Answer(Status, error: Missing, exitCode: 254);
        Executes();
        await DeployAsync("y\n");
        Before(string.Join('\n', _aws.Calls), "cloudformation package", "cloudformation validate-template");
        Before(string.Join('\n', _aws.Calls), "cloudformation validate-template", "cloudformation create-change-set");
    }

    [Fact]
    public async Task Omitted_parameters_keep_their_values_and_new_ones_their_defaults()
    {
        Exists();
        Executes();
        var file = Path.Combine(_aws.Packages, "parameters");
        await File.WriteAllTextAsync(file, "# of production\n\nLogRetentionInDays=90", TestContext.Current.CancellationToken);
        var run = await DeployAsync("y\n", "--parameters", file);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("""[{"ParameterKey":"TablePrefix","UsePreviousValue":true},{"ParameterKey":"LogRetentionInDays","ParameterValue":"90"}]""",
            Call("create-change-set"), StringComparison.Ordinal);
        Assert.Contains("--change-set-type UPDATE", Call("create-change-set"), StringComparison.Ordinal);
        Assert.Contains("wait stack-update-complete", Call("wait stack"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameter_values_may_contain_any_character()
    {
        Exists();
        Executes();
        await DeployAsync("y\n", "--parameter", """OtlpEndpoint=http://a=b,c"d\e""");
        Assert.Contains("""{"ParameterKey":"OtlpEndpoint","ParameterValue":"http://a=b,c\"d\\e"}""", Call("create-change-set"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n\n")]
    [InlineData("")]
    [InlineData("perhaps\n")]
    public async Task Without_confirmation_the_change_set_is_deleted_and_not_executed(string answer)
    {
        Exists();
        _aws.Answer("cloudformation create-change-set*");
        _aws.Answer("cloudformation wait change-set-create-complete*");
        _aws.Answer("cloudformation delete-change-set*");
        var run = await DeployAsync(answer);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nothing was changed", run.Error, StringComparison.Ordinal);
        Assert.Equal(["cloudformation create-change-set", "cloudformation delete-change-set"], _aws.Changes);
    }

    [Fact]
    public async Task An_unconfirmed_new_stack_is_deleted()
    {
        _aws.Answer(Status, error: Missing, exitCode: 254);
        _aws.Answer("cloudformation create-change-set*");
        _aws.Answer("cloudformation wait change-set-create-complete*");
        _aws.Answer("cloudformation delete-stack*");
        await DeployAsync("n\n");
        Assert.Equal(["cloudformation create-change-set", "cloudformation delete-stack"], _aws.Changes);
    }

    [Fact]
    public async Task With_yes_the_changes_are_shown_without_a_prompt()
    {
        Exists();
        Executes();
        var run = await DeployAsync("", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("Execute it?", run.Output, StringComparison.Ordinal);
        Assert.Contains("ApiFunction", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Modify\tTrue\tOrdersTable\tAWS::DynamoDB::Table\tProperties")]
    [InlineData("Modify\tConditional\tOrdersTable\tAWS::DynamoDB::Table\tProperties")]
    [InlineData("Remove\t-\tEncryptionKey\tAWS::KMS::Key\t")]
    [InlineData("Remove\t-\tDeadLetterQueue\tAWS::SQS::Queue\t")]
    public async Task With_yes_no_resource_that_holds_data_is_replaced_or_removed(string change)
    {
        Exists();
        Executes();
        _aws.Answer("cloudformation describe-change-set*Changes*", change);
        _aws.Answer("cloudformation delete-change-set*");
        var run = await DeployAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--yes never replaces or removes resources that hold data", run.Error, StringComparison.Ordinal);
        Assert.Equal(["cloudformation create-change-set", "cloudformation delete-change-set"], _aws.Changes);
    }

    [Theory]
    [InlineData("true", "--enable-termination-protection")]
    [InlineData("false", "--no-enable-termination-protection")]
    public async Task A_stack_has_the_same_deletion_protection_as_its_tables(string tables, string option)
    {
        Exists();
        Executes();
        _aws.Answer("cloudformation describe-stacks*Parameters*", $"TablePrefix\torders-test-\nTableDeletionProtection\t{tables}");
        _aws.Answer("cloudformation update-termination-protection*");
        var run = await DeployAsync("", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($" {option} ", Call("update-termination-protection"), StringComparison.Ordinal);
        Assert.Equal("cloudformation update-termination-protection", _aws.Changes.Last());
    }

    [Fact]
    public async Task With_monitor_a_firing_alarm_rolls_the_update_back()
    {
        Exists();
        Executes();
        Rings("");
        var run = await DeployAsync("", "--yes", "--monitor", "15");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(
            """--rollback-configuration {"RollbackTriggers":[{"Arn":"arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-test-ApiErrorsAlarm-1","Type":"AWS::CloudWatch::Alarm"},{"Arn":"arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-test-DeadLettersAlarm-2","Type":"AWS::CloudWatch::Alarm"}],"MonitoringTimeInMinutes":15}""",
            Call("create-change-set"), StringComparison.Ordinal);
        Assert.Contains("--alarm-names orders-test-ApiErrorsAlarm-1 orders-test-DeadLettersAlarm-2 ", Call("describe-alarms"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_monitor_the_alarms_of_an_earlier_update_are_removed()
    {
        Exists();
        Executes();
        await DeployAsync("", "--yes");
        Assert.Contains("""--rollback-configuration {"RollbackTriggers":[]}""", Call("create-change-set"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_active_alarm_stops_a_monitored_update_before_any_change()
    {
        Exists();
        Rings("orders-test-DeadLettersAlarm-2");
        var run = await DeployAsync("", "--yes", "--monitor", "15");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("these alarms are on already, so they can't tell whether the update is good: orders-test-DeadLettersAlarm-2.", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public void The_script_monitors_five_alarms_which_the_template_declares()
    {
        var script = File.ReadAllText(Path.Combine(DeployedTemplate.Folder, "deploy.sh"));
        var watched = Regex.Match(script, @"\^\((?<names>[A-Za-z|]+)\)Alarm\$", RegexOptions.NonBacktracking).Groups["names"].Value.Split('|');
        Assert.Equal(5, watched.Length);
        Assert.All(watched, name => Assert.Equal("AWS::CloudWatch::Alarm", (string?)DeployedTemplate.Read()["Resources"]![$"{name}Alarm"]?["Type"]));
    }

    [Fact]
    public async Task A_canary_shifts_part_of_the_traffic_and_the_rest_if_no_alarm_fires()
    {
        Releases("before");
        Executes();
        _aws.Answer("cloudformation update-termination-protection*");
        var run = await DeployAsync("y\n", "--canary", "10");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["create", "execute", "create", "execute"], _aws.Changes.Select(change => change.Split(' ')[1].Split('-')[0]));
        var created = _aws.Calls.Where(call => call.Contains("create-change-set", StringComparison.Ordinal)).ToList();
        // The stable versions are sorted by the aliases' logical ids, as the indexes in the template expect.
        Assert.Contains("""{"ParameterKey":"StableVersions","ParameterValue":"7,4"},{"ParameterKey":"StableWeight","ParameterValue":"0.90"}""", created[0], StringComparison.Ordinal);
        Assert.Matches("""\{"ParameterKey":"Release","ParameterValue":"[0-9a-f]{12}"\}""", created[0]);
        Assert.Contains("\"MonitoringTimeInMinutes\":10}", created[0], StringComparison.Ordinal);
        Assert.Contains("""{"ParameterKey":"Release","UsePreviousValue":true},{"ParameterKey":"StableVersions","UsePreviousValue":true},{"ParameterKey":"StableWeight","ParameterValue":"0"}""", created[1], StringComparison.Ordinal);
        Before(run.Output, "10 % of the traffic goes to release", "Execute it?");
        Before(run.Output, "Execute it?", "No alarm went off");
    }

    [Fact]
    public async Task A_rolled_back_canary_gets_no_traffic()
    {
        Releases("before");
        Executes();
        _aws.Answer("cloudformation wait stack-update-complete*", error: "Waiter StackUpdateComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-stack-events*", "orders-test\tUPDATE_ROLLBACK_IN_PROGRESS\tThe following CloudWatch Alarms are in ALARM state");
        _aws.Answer(Status, "UPDATE_ROLLBACK_COMPLETE");
        _aws.Once(Status, "UPDATE_COMPLETE");
        var run = await DeployAsync("y\n", "--canary", "5", "--monitor", "30");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("was rolled back (UPDATE_ROLLBACK_COMPLETE)", run.Error, StringComparison.Ordinal);
        Assert.Equal(["cloudformation create-change-set", "cloudformation execute-change-set"], _aws.Changes);
        Assert.Contains("\"MonitoringTimeInMinutes\":30}", Call("create-change-set"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_canary_the_new_release_gets_all_traffic()
    {
        Releases("before", "0.90");
        Executes();
        var run = await DeployAsync("", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("""{"ParameterKey":"StableVersions","UsePreviousValue":true},{"ParameterKey":"StableWeight","ParameterValue":"0"}""", Call("create-change-set"), StringComparison.Ordinal);
        Assert.DoesNotContain(_aws.Calls, call => call.StartsWith("lambda", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_release_name_changes_only_with_the_packages_or_parameters()
    {
        Releases("before");
        Executes();
        var names = new List<string>();
        foreach (var options in new string[][] { [], ["--parameter", "OtlpEndpoint="], ["--parameter", "OtlpEndpoint=http://collector"], [] })
        {
            await DeployAsync("", ["--yes", .. options]);
            names.Add(Regex.Match(Call("create-change-set"), "\"Release\",\"ParameterValue\":\"(?<name>[^\"]+)", RegexOptions.NonBacktracking).Groups["name"].Value);
        }

        Assert.Equal([names[0], names[0], names[2], names[0]], names);
        Assert.NotEqual(names[0], names[2]);
        Releases(names[0]);
        var run = await DeployAsync("", "--yes", "--canary", "10");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\"StableWeight\",\"ParameterValue\":\"0\"", Call("create-change-set"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unfinished_canary_blocks_the_next_one()
    {
        Releases("before", "0.90");
        var run = await DeployAsync("", "--yes", "--canary", "10");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("a canary of orders-test did not end", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task An_empty_change_set_is_not_an_error()
    {
        Exists();
        _aws.Answer("cloudformation create-change-set*");
        _aws.Answer("cloudformation wait change-set-create-complete*", error: "Waiter ChangeSetCreateComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-change-set*StatusReason*", "The submitted information didn't contain changes. Submit different information to create a change set.");
        _aws.Answer("cloudformation delete-change-set*");
        var run = await DeployAsync("");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("nothing to change", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"ApiUrl +https://api", run.Output);
        Assert.Equal(["cloudformation create-change-set", "cloudformation delete-change-set"], _aws.Changes);
    }

    [Fact]
    public async Task A_change_set_that_cannot_be_created_prints_the_reason()
    {
        Exists();
        _aws.Answer("cloudformation create-change-set*");
        _aws.Answer("cloudformation wait change-set-create-complete*", error: "Waiter ChangeSetCreateComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-change-set*StatusReason*", "Transform AWS::LanguageExtensions failed with: no such parameter");
        _aws.Answer("cloudformation delete-change-set*");
        var run = await DeployAsync("");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Transform AWS::LanguageExtensions failed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replacing_or_removing_a_table_prints_a_warning()
    {
        Exists();
        Executes();
        _aws.Answer("cloudformation describe-change-set*Changes*",
            "Modify\tTrue\tPaymentsTable\tAWS::DynamoDB::Table\tProperties\nRemove\t-\tDeadLetterQueue\tAWS::SQS::Queue\t\nModify\tConditional\tApiRole\tAWS::IAM::Role\tProperties");
        var run = await DeployAsync("y\n");
        Assert.Matches("REPLACE +PaymentsTable", run.Output);
        Assert.Matches("REMOVE +DeadLetterQueue", run.Output);
        Assert.Matches("MODIFY, MAY REPLACE +ApiRole", run.Output);
        Assert.Contains("PaymentsTable holds data", run.Output, StringComparison.Ordinal);
        Assert.Contains("DeadLetterQueue holds data", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ApiRole holds data", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rolled_back_update_names_the_resource_that_failed_first()
    {
        _aws.Answer(Status, "UPDATE_ROLLBACK_COMPLETE");
        _aws.Once(Status, "UPDATE_COMPLETE");
        _aws.Answer("cloudformation describe-stacks*Parameters*", "TablePrefix\torders-test-");
        Executes();
        _aws.Answer("cloudformation wait stack-update-complete*", error: "Waiter StackUpdateComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-stack-events*", "ApiFunction\tUPDATE_FAILED\tdecreases account's UnreservedConcurrentExecution below its minimum value of [10]");
        var run = await DeployAsync("y\n");
        Assert.Equal(1, run.ExitCode);
        Before(run.Error, "ApiFunction", "was rolled back (UPDATE_ROLLBACK_COMPLETE)");
        Assert.Contains("below its minimum value", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("https://api", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rolled_back_creation_lists_the_remaining_resources()
    {
        _aws.Answer(Status, "ROLLBACK_FAILED");
        _aws.Once(Status, error: Missing, exitCode: 254);
        Executes();
        _aws.Answer("cloudformation wait stack-create-complete*", error: "Waiter StackCreateComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-stack-events*", "ApiRole\tCREATE_FAILED\tnot authorized");
        _aws.Answer("cloudformation list-stack-resources*", "OrdersTable\torders-test-Orders\tAWS::DynamoDB::Table");
        var run = await DeployAsync("y\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("OrdersTable +AWS::DynamoDB::Table +orders-test-Orders", run.Error);
        Assert.Contains("deploy/destroy.sh --stack-name orders-test", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE_IN_PROGRESS", "another operation is changing it")]
    [InlineData("ROLLBACK_COMPLETE", "deploy/destroy.sh --stack-name orders-test")]
    [InlineData("UPDATE_ROLLBACK_FAILED", "continue-update-rollback")]
    [InlineData("DELETE_FAILED", "deploy/destroy.sh --stack-name orders-test")]
    public async Task A_stack_that_cannot_be_changed_prints_what_to_do(string status, string advice)
    {
        _aws.Answer(Status, status);
        var run = await DeployAsync("");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(advice, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_aws.Calls, call => call.StartsWith("s3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "123456789012")]
    [InlineData("210987654321", "210987654321")]
    public async Task The_bucket_must_belong_to_the_expected_account(string? given, string owner)
    {
        Exists();
        Executes();
        string[] options = given is null ? ["--yes"] : ["--yes", "--s3-bucket-owner", given];
        await DeployAsync("", options);
        Assert.Contains(_aws.Calls, call => call.StartsWith("s3api head-bucket", StringComparison.Ordinal) && call.Contains($"--expected-bucket-owner {owner}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invalid_template_fails_the_deployment_before_any_change()
    {
        Exists();
        _aws.Answer("cloudformation validate-template*", error: "Template format error: unresolved resource dependencies", exitCode: 254);
        var run = await DeployAsync("", "--yes");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("unresolved resource dependencies", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task An_unknown_parameter_is_reported_with_the_known_ones()
    {
        Exists();
        var run = await DeployAsync("", "--parameter", "LogRetention=9");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no parameter LogRetention; it has LogRetentionInDays OtlpEndpoint TablePrefix", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task Without_credentials_the_script_prints_how_to_sign_in()
    {
        _aws.Answer("sts get-caller-identity*", error: "Unable to locate credentials", exitCode: 253);
        var run = await DeployAsync("");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("you are not signed in to AWS: Unable to locate credentials", run.Error, StringComparison.Ordinal);
        Assert.Contains("aws sso login", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_in_another_region_is_refused_before_the_upload()
    {
        Exists();
        _aws.Answer("s3api head-bucket*", "us-east-1");
        var run = await DeployAsync("");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the bucket packages is in us-east-1; packages for eu-central-1 need a bucket in that region", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_aws.Calls, call => call.StartsWith("cloudformation package", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--stack-name", "1st", "--stack-name must be a letter")]
    [InlineData("--stack-name", "orders_test", "--stack-name must be a letter")]
    [InlineData("--parameter", "LogRetentionInDays", "must be NAME=VALUE")]
    [InlineData("--parameters", "/nowhere", "the file /nowhere does not exist")]
    [InlineData("--region", "", "--region needs a value")]
    [InlineData("--monitor", "soon", "it must be 0 to 45 minutes")]
    [InlineData("--monitor", "46", "it must be 0 to 45 minutes")]
    [InlineData("--canary", "0", "it must be 1 to 99 percent")]
    [InlineData("--canary", "100", "it must be 1 to 99 percent")]
    [InlineData("--stage", "prod", "unknown option --stage")]
    public async Task Invalid_options_are_refused_with_the_usage(string option, string value, string complaint)
    {
        var run = await DeployAsync("", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Contains("Usage: deploy/deploy.sh", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Calls);
    }

    [Fact]
    public async Task Development_parameters_have_values_that_the_template_allows()
    {
        var template = DeployedTemplate.Read();
        foreach (var line in (await File.ReadAllLinesAsync(Path.Combine(DeployedTemplate.Folder, "dev.parameters"), TestContext.Current.CancellationToken)).Where(line => !line.StartsWith('#')))
        {
            var (name, value) = (line.Split('=')[0], line.Split('=')[1]);
            var allowed = template["Parameters"]![name]!["AllowedValues"]!.AsArray();
            Assert.Contains(value, allowed.Select(one => one!.ToString()));
        }
    }

    private static void Before(string text, string first, string second)
    {
        Assert.Contains(first, text, StringComparison.Ordinal);
        Assert.Contains(second, text[text.IndexOf(first, StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    private string Call(string part) => _aws.Calls.Last(call => call.Contains(part, StringComparison.Ordinal));

    private void Exists()
    {
        _aws.Answer(Status, "UPDATE_COMPLETE");
        _aws.Answer("cloudformation describe-stacks*Parameters*", "TablePrefix\torders-test-\nLogRetentionInDays\t30");
    }

    private void Rings(string alarms)
    {
        _aws.Answer("cloudformation list-stack-resources*",
            "ApiErrorsAlarm\torders-test-ApiErrorsAlarm-1\tAWS::CloudWatch::Alarm\nApiLatencyAlarm\torders-test-ApiLatencyAlarm-3\tAWS::CloudWatch::Alarm\nDeadLettersAlarm\torders-test-DeadLettersAlarm-2\tAWS::CloudWatch::Alarm");
        _aws.Answer("cloudwatch describe-alarms*", alarms);
    }

    private void Releases(string release, string stableWeight = "0")
    {
        Exists();
        Rings("");
        _aws.Answer("cloudformation get-template-summary*", "TablePrefix\t\nOtlpEndpoint\t\nRelease\t0\nStableVersions\t1,1\nStableWeight\t0");
        _aws.Answer("cloudformation describe-stacks*Parameters*", $"TablePrefix\torders-test-\nOtlpEndpoint\t\nRelease\t{release}\nStableVersions\t1,1\nStableWeight\t{stableWeight}");
        _aws.Answer("cloudformation list-stack-resources*", """
            ProcessorAlias	arn:aws:lambda:eu-central-1:123456789012:function:orders-test-process-orders:live	AWS::Lambda::Alias
            DeadLettersAlarm	orders-test-DeadLettersAlarm-2	AWS::CloudWatch::Alarm
            ApiAlias	arn:aws:lambda:eu-central-1:123456789012:function:orders-test-api:live	AWS::Lambda::Alias
            """);
        _aws.Answer("lambda get-alias --function-name arn:aws:lambda:eu-central-1:123456789012:function:orders-test-api --name live*", "7");
        _aws.Answer("lambda get-alias --function-name arn:aws:lambda:eu-central-1:123456789012:function:orders-test-process-orders --name live*", "4");
    }

    private void Executes()
    {
        foreach (var operation in new[] { "create-change-set", "wait", "execute-change-set" })
            _aws.Answer($"cloudformation {operation}*");
    }

    private Task<ScriptRun> DeployAsync(string answer, params IEnumerable<string> arguments) => _aws.RunAsync(
        "deploy.sh", answer, ["--stack-name", "orders-test", "--s3-bucket", "packages", "--no-build", "--output", _aws.Packages, .. arguments]);
}
