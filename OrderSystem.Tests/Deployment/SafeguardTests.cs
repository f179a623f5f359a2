using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.Tests.Deployment;

/// <summary>Tests the safeguards that every resource of a given type must have.</summary>
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
        // A backup would retain payment tokens that are deleted from the table.
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
    public void A_function_has_its_own_role_log_concurrency_destination_and_alarms(string function)
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

    /// <summary>
    /// CloudFormation resolves the reference to the secret when it updates the function; the template and the change set
    /// contain only the reference.
    /// </summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Headers_for_a_collector_come_from_a_secret(string function) => Json(
        """{"Fn::If":["HasOtlpHeaders",{"Fn::Sub":"{{resolve:secretsmanager:${OtlpHeadersSecret}}}"},{"Ref":"AWS::NoValue"}]}""",
        Property(function, "Environment")!["Variables"]!["OTEL_EXPORTER_OTLP_HEADERS"]);

    /// <summary>
    /// Each release publishes a version and keeps the previous version, because the alias may split the traffic between the
    /// two. The script deploy.sh sorts the list of stable versions by the logical ids of the aliases, and each alias must
    /// use its own index into the list.
    /// </summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_is_invoked_by_an_alias_of_its_newest_version(string function)
    {
        var name = function[..^"Function".Length];
        var place = Resources.Where(resource => (string?)resource.Value!["Type"] == "AWS::Lambda::Alias").Select(resource => resource.Key)
            .Order(StringComparer.Ordinal).ToList().IndexOf($"{name}Alias");
        Json($$$"""{"FunctionName":{"Ref":"{{{function}}}"},"Description":{"Ref":"Release"}}""", Resources[$"{name}Version"]!["Properties"]);
        Json("\"Retain\"", Resources[$"{name}Version"]!["UpdateReplacePolicy"]);
        Json($$$"""{"Fn::Sub":"service.version=${Release}"}""", Property(function, "Environment")!["Variables"]!["OTEL_RESOURCE_ATTRIBUTES"]);
        Json(
            $$$"""
            {"FunctionName":{"Ref":"{{{function}}}"},"FunctionVersion":{"Fn::GetAtt":["{{{name}}}Version","Version"]},"Name":"live",
             "RoutingConfig":{"Fn::If":["ShiftsTraffic",{"AdditionalVersionWeights":[{"FunctionVersion":{"Fn::Select":[{{{place}}},{"Ref":"StableVersions"}]},"FunctionWeight":{"Ref":"StableWeight"}}]},{"Ref":"AWS::NoValue"}]}}
            """,
            Resources[$"{name}Alias"]!["Properties"]);
        Json("\"live\"", Property($"{name}Asynchronous", "Qualifier"));
        Json($"\"{name}Alias\"", Resources[$"{name}Asynchronous"]!["DependsOn"]);
    }

    [Fact]
    public void Callers_name_the_alias_and_never_the_function()
    {
        Json("""{"Ref":"ApiAlias"}""", Property("ApiIntegration", "IntegrationUri"));
        Json("""{"Ref":"ApiAlias"}""", Property("ApiPermission", "FunctionName"));
        Json("""{"Ref":"ProcessorAlias"}""", Property("OrdersStreamMapping", "FunctionName"));
        Assert.All(
            Property("OrderWorkflow", "DefinitionSubstitutions")!.AsObject().Where(substitution => substitution.Key.EndsWith("FunctionArn", StringComparison.Ordinal)),
            substitution => Json($$"""{"Ref":"{{substitution.Key[..^"FunctionArn".Length]}}Alias"}""", substitution.Value));
        Assert.Equal(10, ((string)DeployedTemplate.Read()["Parameters"]!["StableVersions"]!["Default"]!).Split(',').Length);
    }

    [Fact]
    public void A_backup_is_encrypted_has_a_retention_period_and_outlives_the_stack()
    {
        Assert.All(new[] { "BackupVault", "BackupPlan", "BackupSelection", "BackupRole" }, resource => Json("\"KeepsBackups\"", Resources[resource]!["Condition"]));
        Json("""{"Fn::GetAtt":["EncryptionKey","Arn"]}""", Property("BackupVault", "EncryptionKeyArn"));
        Json("""{"DeleteAfterDays":{"Ref":"BackupRetentionInDays"}}""", Assert.Single(Property("BackupPlan", "BackupPlan")!["BackupPlanRule"]!.AsArray())!["Lifecycle"]);
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources["BackupVault"]!["DeletionPolicy"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("BackupRetentionInDays=0", false)]
    [InlineData("BackupRetentionInDays=35", true)]
    public void Without_a_retention_period_there_are_no_backups(string parameter, bool kept)
    {
        var parameters = parameter.Length == 0 ? [] : new Dictionary<string, string> { [parameter.Split('=')[0]] = parameter.Split('=')[1] };
        Assert.Equal(kept, new TemplateScope(DeployedTemplate.Read(), parameters, "order-system", "us-east-1").Holds("KeepsBackups"));
    }

    [Fact]
    public void All_functions_of_a_package_declare_the_same_compilation() =>
        Assert.All(Of("AWS::Lambda::Function").Select(row => row.Data)
            .GroupBy(function => (string)Property(function, "Code")!, function => (string?)Resources[function]!["Metadata"]?["Compilation"]), package =>
            Assert.Contains(Assert.Single(package.Distinct()), new[] { "native-aot", "ready-to-run" }));

    [Theory]
    [MemberData(nameof(Queues))]
    public void A_dead_letter_queue_is_encrypted_requires_TLS_and_keeps_messages_for_14_days(string queue)
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
    public void A_log_group_is_encrypted_and_has_a_retention_period(string logGroup)
    {
        Json("""{"Fn::GetAtt":["EncryptionKey","Arn"]}""", Property(logGroup, "KmsKeyId"));
        Json("""{"Ref":"LogRetentionInDays"}""", Property(logGroup, "RetentionInDays"));
    }

    [Fact]
    public void The_key_rotates_and_is_retained_as_long_as_the_data()
    {
        Json("true", Property("EncryptionKey", "EnableKeyRotation"));
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources["EncryptionKey"]!["DeletionPolicy"]);
        Json("""{"Ref":"DataDeletionPolicy"}""", Resources["EncryptionKey"]!["UpdateReplacePolicy"]);
    }

    [Fact]
    public void The_stream_mapping_sends_discarded_records_to_the_dead_letter_queue()
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
    public void Every_API_route_requires_authorization()
    {
        Assert.All(Of("AWS::ApiGatewayV2::Route"), route => Json("""{"Fn::If":["HasJwtIssuer","JWT","AWS_IAM"]}""", Property(route, "AuthorizationType")));
        Assert.All(Of("AWS::ApiGatewayV2::Route"), route => Json("""{"Fn::If":["HasJwtIssuer",{"Ref":"JwtAuthorizer"},{"Ref":"AWS::NoValue"}]}""", Property(route, "AuthorizerId")));
        Assert.NotNull(Property("ApiStage", "AccessLogSettings"));
        Assert.Equal(["DetailedMetricsEnabled", "ThrottlingBurstLimit", "ThrottlingRateLimit"], Property("ApiStage", "DefaultRouteSettings")!.AsObject().Select(setting => setting.Key).Order());
    }

    [Fact]
    public void The_workflow_logs_no_data_and_alarms_go_to_an_encrypted_topic()
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

    private static void Json(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}, but got {actual?.ToJsonString()}.");

    private static void TlsOnly(JsonNode? policy) => Assert.Contains(policy!["Statement"]!.AsArray(), statement =>
        (string?)statement!["Effect"] == "Deny" && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false" && statement["Principal"]?.ToString() == "*");
}
