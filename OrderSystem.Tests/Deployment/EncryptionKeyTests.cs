using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderSystem.Tests.Deployment;

/// <summary>The key's policy allows exactly the principals that need the key.</summary>
public class EncryptionKeyTests
{
    private static readonly JsonObject Resources = DeployedTemplate.Read()["Resources"]!.AsObject();

    public static TheoryData<string> LogGroups => [.. Resources.Where(resource => (string?)resource.Value!["Type"] == "AWS::Logs::LogGroup").Select(resource => resource.Key)];

    [Fact]
    public void The_key_is_usable_by_the_account_through_two_services_logs_and_alarms()
    {
        const string Account = """{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}""";
        Assert.Equal(
            [
                ("AdministeredByTheAccount", Account),
                ("UsedThroughDynamoDbAndBackup", Account),
                ("UsedForLogs", """{"Service":{"Fn::Sub":"logs.${AWS::Region}.${AWS::URLSuffix}"}}"""),
                ("UsedForAlarms", """{"Service":"cloudwatch.amazonaws.com"}"""),
            ],
            Statements.Select(statement => ((string)statement["Sid"]!, statement["Principal"]!.ToJsonString())));
        Assert.All(Statements.Skip(1), statement => Assert.NotNull(statement["Condition"]));
    }

    [Fact]
    public void Key_administrators_cannot_decrypt()
    {
        string[] cryptographic = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant"];
        Assert.Empty(Actions("AdministeredByTheAccount").Intersect(cryptographic));
        // Without these actions, nobody could ever change the policy again or delete the key together with the stack.
        Assert.Empty(new[] { "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion" }.Except(Actions("AdministeredByTheAccount")));
        // DynamoDB Developer Guide: "Authorizing use of your KMS key".
        Assert.Empty(new[] { "kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey",
            "kms:CreateGrant" }.Except(Actions("UsedThroughDynamoDbAndBackup")));
    }

    /// <summary>
    /// The key's policy must cover every log group, because CloudFormation cannot create a log group that the policy does
    /// not cover.
    /// </summary>
    [Theory]
    [MemberData(nameof(LogGroups))]
    public void The_key_policy_covers_every_log_group(string logGroup)
    {
        var name = (string)Resources[logGroup]!["Properties"]!["LogGroupName"]!["Fn::Sub"]!;
        var patterns = Statement("UsedForLogs")["Condition"]!["ArnLike"]!["kms:EncryptionContext:aws:logs:arn"]!.AsArray()
            .Select(pattern => ((string)pattern!["Fn::Sub"]!).Split(":log-group:")[1]);
        Assert.Contains(patterns, pattern => Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking));
    }

    private static IEnumerable<JsonObject> Statements => Resources["EncryptionKey"]!["Properties"]!["KeyPolicy"]!["Statement"]!.AsArray().Select(statement => statement!.AsObject());

    private static JsonObject Statement(string sid) => Statements.Single(statement => (string?)statement["Sid"] == sid);

    private static IEnumerable<string> Actions(string sid) => Statement(sid)["Action"]!.AsArray().Select(action => (string)action!);
}
