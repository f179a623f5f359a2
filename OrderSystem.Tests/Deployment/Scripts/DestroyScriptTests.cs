namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>Tests <c>deploy/destroy.sh</c> with a fake <c>aws</c> command that records how it is called.</summary>
public sealed class DestroyScriptTests : IDisposable
{
    private const string Status = "cloudformation describe-stacks*StackStatus*";
    private const string Parameters = "cloudformation describe-stacks*Parameters*";

    private readonly ScriptedAws _aws = new();

    public DestroyScriptTests()
    {
        _aws.Answer(Status, "UPDATE_COMPLETE");
        _aws.Answer("cloudformation describe-stacks*EnableTerminationProtection*", "False");
        _aws.Answer(Parameters, "DataDeletionPolicy\tRetain\nTableDeletionProtection\ttrue");
        _aws.Answer(
            "cloudformation list-stack-resources*",
            "ApiFunction\torders-test-api\tAWS::Lambda::Function\nOrdersTable\torders-test-Orders\tAWS::DynamoDB::Table\nEncryptionKey\tkey-1\tAWS::KMS::Key\nDeadLetterQueue\thttps://queue\tAWS::SQS::Queue\nDeadLetterQueuePolicy\thttps://queue\tAWS::SQS::QueuePolicy");
        _aws.Answer("sqs get-queue-attributes*", "0");
        _aws.Answer("dynamodb describe-table*", "False");
    }

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Kept_and_deleted_resources_are_listed_before_the_deletion()
    {
        Deletes();
        var run = await DestroyAsync("orders-test\n");
        Assert.True(run.ExitCode == 0, run.Error);
        var (deleted, kept) = (Part(run.Output, "Deleted with orders-test:", "Kept"), Part(run.Output, "Kept and charged for", "Type the stack's name"));
        Assert.Contains("ApiFunction", deleted, StringComparison.Ordinal);
        Assert.Contains("DeadLetterQueuePolicy", deleted, StringComparison.Ordinal);
        Assert.DoesNotContain("OrdersTable", deleted, StringComparison.Ordinal);
        Assert.All(["OrdersTable", "orders-test-Orders", "EncryptionKey", "DeadLetterQueue "], part => Assert.Contains(part, kept, StringComparison.Ordinal));
        Assert.Equal(["cloudformation delete-stack"], _aws.Changes);
        Assert.Contains("import or delete the resources that were kept", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_data_is_announced()
    {
        _aws.Answer(Parameters, "DataDeletionPolicy\tDelete\nTableDeletionProtection\tfalse");
        Deletes();
        var run = await DestroyAsync("orders-test\n");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("OrdersTable", Part(run.Output, "Deleted with orders-test:", "Nothing is kept"), StringComparison.Ordinal);
        Assert.DoesNotContain("Kept", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("y\n")]
    [InlineData("orders-prod\n")]
    public async Task Nothing_is_deleted_without_the_stacks_name(string answer)
    {
        var run = await DestroyAsync(answer);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nothing was deleted", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task A_protected_table_stops_the_script_before_any_deletion()
    {
        _aws.Answer(Parameters, "DataDeletionPolicy\tDelete\nTableDeletionProtection\tfalse");
        _aws.Answer("dynamodb describe-table*orders-test-Orders*", "True");
        var run = await DestroyAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DynamoDB refuses to delete orders-test-Orders", run.Error, StringComparison.Ordinal);
        Assert.Contains("TableDeletionProtection=false", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task A_protected_stack_prints_how_to_remove_the_protection()
    {
        _aws.Answer("cloudformation describe-stacks*EnableTerminationProtection*", "True");
        var run = await DestroyAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--no-enable-termination-protection", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task Remaining_dead_letter_messages_are_reported()
    {
        _aws.Answer("sqs get-queue-attributes*", "3");
        var run = await DestroyAsync("");
        Assert.Contains("DeadLetterQueue holds 3 messages.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("DeadLetterQueuePolicy holds", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_deletion_names_the_failed_resource()
    {
        _aws.Answer(Status, "DELETE_FAILED");
        _aws.Once(Status, "UPDATE_COMPLETE");
        Deletes();
        _aws.Answer("cloudformation wait stack-delete-complete*", error: "Waiter StackDeleteComplete failed", exitCode: 255);
        _aws.Answer("cloudformation describe-stack-events*", "OrdersTable\tDELETE_FAILED\tResource cannot be deleted as it is currently protected");
        var run = await DestroyAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("currently protected", run.Error, StringComparison.Ordinal);
        Assert.Contains("could not be deleted completely (DELETE_FAILED)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_stack_is_not_an_error()
    {
        _aws.Answer(Status, error: "Stack with id orders-test does not exist", exitCode: 254);
        var run = await DestroyAsync("");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Stack orders-test does not exist in eu-central-1", run.Output, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task A_stack_of_another_template_is_not_deleted()
    {
        _aws.Answer(Parameters, "Stage\tprod");
        var run = await DestroyAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("was not created from this template", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    [Fact]
    public async Task Missing_permissions_print_the_error_of_AWS()
    {
        _aws.Answer(Status, error: "An error occurred (AccessDenied) when calling the DescribeStacks operation", exitCode: 254);
        var run = await DestroyAsync("", "--yes");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("AccessDenied", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Changes);
    }

    private static string Part(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        var rest = text[text.IndexOf(from, StringComparison.Ordinal)..];
        Assert.Contains(to, rest, StringComparison.Ordinal);
        return rest[..rest.IndexOf(to, StringComparison.Ordinal)];
    }

    private void Deletes()
    {
        _aws.Answer("cloudformation delete-stack*");
        _aws.Answer("cloudformation wait stack-delete-complete*");
    }

    private Task<ScriptRun> DestroyAsync(string answer, params IEnumerable<string> arguments) => _aws.RunAsync("destroy.sh", answer, ["--stack-name", "orders-test", .. arguments]);
}
