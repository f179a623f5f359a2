using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment;

/// <summary>What every resource of a kind must have.</summary>
public class SafeguardTests
{
    private static readonly JsonObject Resources = DeployedTemplate.Read()["Resources"]!.AsObject();

    public static TheoryData<string> Tables => Of("AWS::DynamoDB::Table");

    public static TheoryData<string> Functions => Of("AWS::Lambda::Function");

    public static TheoryData<string> Queues => Of("AWS::SQS::Queue");

    public static TheoryData<string> LogGroups => Of("AWS::Logs::LogGroup");

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_encrypted_recoverable_and_protected(string table)
    {
        // A backup would keep the tokens that are deleted.
        var isRecoverable = table == "PaymentTokensTable" ? "false" : "true";
        Json("""{"SSEEnabled":true,"SSEType":"KMS","KMSMasterKeyId":{"Fn::GetAtt":["EncryptionKey","Arn"]}}""", Property(table, "SSESpecification"));
        Json($$"""{"PointInTimeRecoveryEnabled":{{isRecoverable}}}""", Property(table, "PointInTimeRecoverySpecification"));
        Json("""{"Fn::If":["ProtectsTables",true,false]}""", Property(table, "DeletionProtectionEnabled"));
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources[table]!["DeletionPolicy"]);
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources[table]!["UpdateReplacePolicy"]);
        Json("\"PAY_PER_REQUEST\"", Property(table, "BillingMode"));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_has_its_own_role_log_concurrency_and_dead_letters(string function)
    {
        var name = function[..^"Function".Length];
        Json($$"""{"Fn::GetAtt":["{{name}}Role","Arn"]}""", Property(function, "Role"));
        Json($$"""{"Ref":"{{name}}LogGroup"}""", Property(function, "LoggingConfig")!["LogGroup"]);
        Json($$"""{"Fn::If":["ReservesConcurrency",{"Ref":"{{name}}Concurrency"},{"Ref":"AWS::NoValue"}]}""", Property(function, "ReservedConcurrentExecutions"));
        Json("""{"OnFailure":{"Destination":{"Fn::GetAtt":["AsynchronousDeadLetterQueue","Arn"]}}}""", Property($"{name}Asynchronous", "DestinationConfig"));
        Json("""{"Mode":{"Fn::If":["UsesXRay","Active","PassThrough"]}}""", Property(function, "TracingConfig"));
        Json("""{"Ref":"TablePrefix"}""", Property(function, "Environment")!["Variables"]!["OrderSystem__TablePrefix"]);
        Json("\"Errors\"", Property($"{name}ErrorsAlarm", "MetricName"));
        Json("\"Throttles\"", Property($"{name}ThrottlesAlarm", "MetricName"));
    }

    [Fact]
    public void The_functions_of_a_package_say_one_way_to_compile_it() =>
        Assert.All(Of("AWS::Lambda::Function").Select(row => row.Data).GroupBy(function => (string)Property(function, "Code")!, function => (string?)Resources[function]!["Metadata"]?["Compilation"]), package =>
            Assert.Contains(Assert.Single(package.Distinct()), new[] { "native-aot", "ready-to-run" }));

    [Theory]
    [MemberData(nameof(Queues))]
    public void A_dead_letter_waits_a_fortnight_encrypted_and_reached_by_TLS_only(string queue)
    {
        Json("1209600", Property(queue, "MessageRetentionPeriod"));
        Json("true", Property(queue, "SqsManagedSseEnabled"));
        TlsOnly(Property($"{queue}Policy", "PolicyDocument"));
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources[queue]!["DeletionPolicy"]);
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources[queue]!["UpdateReplacePolicy"]);
        Assert.Contains(Resources, alarm => (string?)alarm.Value!["Properties"]?["MetricName"]?.ToString() == "ApproximateNumberOfMessagesVisible"
            && alarm.Value["Properties"]!["Dimensions"]!.ToJsonString().Contains($"\"{queue}\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LogGroups))]
    public void A_log_is_encrypted_and_ends(string logGroup)
    {
        Json("""{"Fn::GetAtt":["EncryptionKey","Arn"]}""", Property(logGroup, "KmsKeyId"));
        Json("""{"Ref":"LogRetentionInDays"}""", Property(logGroup, "RetentionInDays"));
    }

    [Fact]
    public void The_key_turns_and_stays_as_long_as_what_it_locks()
    {
        Json("true", Property("EncryptionKey", "EnableKeyRotation"));
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources["EncryptionKey"]!["DeletionPolicy"]);
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources["EncryptionKey"]!["UpdateReplacePolicy"]);
    }

    [Fact]
    public void The_stream_function_gives_nothing_up_unseen()
    {
        var mapping = Resources["OrdersStreamMapping"]!["Properties"]!;
        Json("""{"OnFailure":{"Destination":{"Fn::GetAtt":["DeadLetterQueue","Arn"]}}}""", mapping["DestinationConfig"]);
        Json("""["ReportBatchItemFailures"]""", mapping["FunctionResponseTypes"]);
        Json("true", mapping["BisectBatchOnFunctionError"]);
        Assert.True((long)mapping["MaximumRetryAttempts"]! >= 0);
        Assert.True((long)mapping["MaximumRecordAgeInSeconds"]! > 0);
        Json("""{"StreamViewType":"NEW_AND_OLD_IMAGES"}""", Property("OrdersTable", "StreamSpecification"));
    }

    [Fact]
    public void The_API_is_never_open()
    {
        Assert.All(Of("AWS::ApiGatewayV2::Route"), route => Json("""{"Fn::If":["HasJwtIssuer","JWT","AWS_IAM"]}""", Property(route, "AuthorizationType")));
        Assert.All(Of("AWS::ApiGatewayV2::Route"), route => Json("""{"Fn::If":["HasJwtIssuer",{"Ref":"JwtAuthorizer"},{"Ref":"AWS::NoValue"}]}""", Property(route, "AuthorizerId")));
        Assert.NotNull(Property("ApiStage", "AccessLogSettings"));
        Assert.Equal(["DetailedMetricsEnabled", "ThrottlingBurstLimit", "ThrottlingRateLimit"], Property("ApiStage", "DefaultRouteSettings")!.AsObject().Select(setting => setting.Key).Order());
    }

    [Fact]
    public void The_workflow_logs_every_event_without_data_and_alarms_go_to_an_encrypted_topic()
    {
        Json("\"ALL\"", Property("OrderWorkflow", "LoggingConfiguration")!["Level"]);
        Json("""{"Enabled":{"Fn::If":["UsesXRay",true,false]}}""", Property("OrderWorkflow", "TracingConfiguration"));
        Json("false", Property("OrderWorkflow", "LoggingConfiguration")!["IncludeExecutionData"]);
        Json("""{"Fn::GetAtt":["EncryptionKey","Arn"]}""", Property("AlarmTopic", "KmsMasterKeyId"));
        TlsOnly(Property("AlarmTopicPolicy", "PolicyDocument"));
        Assert.All(Of("AWS::CloudWatch::Alarm"), alarm => Json("""[{"Ref":"AlarmTopic"}]""", Property(alarm, "AlarmActions")));
    }

    private static TheoryData<string> Of(string type) => [.. Resources.Where(resource => (string?)resource.Value!["Type"] == type).Select(resource => resource.Key)];

    private static JsonNode? Property(string resource, string property) => Resources[resource]?["Properties"]?[property];

    private static void Json(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, is {actual?.ToJsonString()}");

    private static void TlsOnly(JsonNode? policy) => Assert.Contains(policy!["Statement"]!.AsArray(), statement =>
        (string?)statement!["Effect"] == "Deny" && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false" && statement["Principal"]?.ToString() == "*");
}
