using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>Compares each function's role with the calls to AWS that its code makes.</summary>
public class RoleTests(FunctionsAtWork functions) : IClassFixture<FunctionsAtWork>
{
    public static TheoryData<string> Functions => [.. DeployedTemplate.Read()["Resources"]!.AsObject()
        .Where(resource => (string?)resource.Value!["Type"] == "AWS::Lambda::Function").Select(resource => resource.Key[..^"Function".Length])];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_role_allows_exactly_the_calls_of_its_function(string function)
    {
        var calls = functions.Calls(function);
        var grants = Grant.Of($"{function}Role");
        Assert.NotEmpty(calls);
        Assert.Empty(calls.Where(call => !grants.Any(grant => grant.Allows(call)))
            .Select(call => $"{call.Action} on {call.Resource} of {string.Join(", ", call.Context.SelectMany(key => key.Value))}").Distinct());
        Assert.Equal(ServiceGrants.Of(function).Order(), grants.Where(grant => !calls.Any(grant.Allows)).Select(grant => grant.ToString()).Order());
    }

    /// <summary>
    /// Only the ARN of an execution may contain a wildcard: the execution's name is the order's id, which the policy cannot
    /// name.
    /// </summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void A_role_allows_calls_to_named_resources_only(string function) =>
        Assert.All(Grant.Of($"{function}Role").Where(grant => functions.Calls(function).Any(grant.Allows)), grant =>
            Assert.DoesNotContain("*", grant.Resource.Replace(":execution:order-system-order-workflow:*", "", StringComparison.Ordinal), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_grant_is_needed_by_some_call(string function)
    {
        var grants = Grant.Of($"{function}Role");
        foreach (var grant in grants.Where(grant => functions.Calls(function).Any(grant.Allows)))
            Assert.Contains(functions.Calls(function), call => !grants.Except([grant]).Any(other => other.Allows(call)));
    }

    [Theory]
    [InlineData("UpdateInventory", "dynamodb:UpdateItem", "Inventory", "order#o-1", "available", false)]
    [InlineData("UpdateInventory", "dynamodb:UpdateItem", "Inventory", "sku#A1", "available", true)]
    [InlineData("UpdateInventory", "dynamodb:PutItem", "Inventory", "sku#A1", "available", false)]
    [InlineData("Api", "dynamodb:PutItem", "Inventory", "order#o-1", "state", false)]
    [InlineData("CompleteOrder", "dynamodb:UpdateItem", "Orders", "o-1", "total", false)]
    [InlineData("CompleteOrder", "dynamodb:UpdateItem", "Orders", "o-1", "status", true)]
    [InlineData("NotifyCustomer", "dynamodb:GetItem", "Payments", "o-1", "state", false)]
    [InlineData("Api", "dynamodb:DeleteItem", "Orders", "o-1", "orderId", false)]
    public void Conditions_restrict_a_function_to_its_own_keys_and_attributes(string function, string action, string table, string key, string attribute, bool allowed)
    {
        var context = new Dictionary<string, IReadOnlyList<string>> { ["dynamodb:LeadingKeys"] = [key], ["dynamodb:Attributes"] = [attribute] };
        var call = new AwsCall(action, $"arn:aws:dynamodb:us-east-1:000000000000:table/{table}", context);
        Assert.Equal(allowed, Grant.Of($"{function}Role").Any(grant => grant.Allows(call)));
    }

    /// <summary>
    /// The actions on payment tokens that each function's role allows. A function without actions in the list has no
    /// access.
    /// </summary>
    [Theory]
    [InlineData("Api", "PutItem")]
    [InlineData("ProcessPayment", "DeleteItem", "GetItem")]
    [InlineData("RefundPayment", "DeleteItem")]
    [InlineData("RejectOrder", "DeleteItem")]
    [InlineData("Processor")]
    [InlineData("ValidateOrder")]
    [InlineData("UpdateInventory")]
    [InlineData("NotifyCustomer")]
    [InlineData("CompleteOrder")]
    [InlineData("ReleaseInventory")]
    public void Only_the_payment_step_may_read_payment_tokens(string function, params string[] actions) => Assert.Equal(
        actions.Select(action => $"dynamodb:{action} on arn:aws:dynamodb:us-east-1:000000000000:table/PaymentTokens"),
        Grant.Of($"{function}Role").Where(grant => grant.Resource.Contains("PaymentTokens", StringComparison.Ordinal)).Select(grant => grant.ToString()).Order(StringComparer.Ordinal));

    [Fact]
    public void The_payment_token_test_covers_every_function() => Assert.Equal(10, Functions.Count);

    [Fact]
    public void Neither_order_items_nor_indexes_contain_the_payment_token()
    {
        var order = OrderSystem.Aws.DynamoDb.OrderItem.Write(OrderSystem.Tests.Core.Sample.Order(token: "tok_secret"));
        Assert.DoesNotContain(order, attribute => attribute.Key == "paymentToken" || attribute.Value.S == "tok_secret");
        Assert.All(DeployedTemplate.Read()["Resources"]!["OrdersTable"]!["Properties"]!["GlobalSecondaryIndexes"]!.AsArray(), index =>
        {
            Assert.Equal("INCLUDE", (string?)index!["Projection"]!["ProjectionType"]);
            Assert.DoesNotContain(index["Projection"]!["NonKeyAttributes"]!.AsArray(), attribute =>
                ((string)attribute!).StartsWith("payment", StringComparison.Ordinal) || ((string)attribute!).StartsWith("trace", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void With_an_OTLP_endpoint_a_role_allows_no_X_Ray_calls() =>
        Assert.DoesNotContain(Grant.Of("ApiRole", new Dictionary<string, string> { ["OtlpEndpoint"] = "http://localhost:4318" }), grant => grant.Action.StartsWith("xray:", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Functions))]
    public void No_function_may_change_the_content_of_a_placed_order(string function)
    {
        var grants = Grant.Of($"{function}Role");
        Assert.All(new[] { "customerId", "lines", "paymentToken", "total", "createdAt" }, attribute =>
            Assert.DoesNotContain(grants, grant =>
                grant.Allows(new AwsCall("dynamodb:UpdateItem", "arn:aws:dynamodb:us-east-1:000000000000:table/Orders",
                    new Dictionary<string, IReadOnlyList<string>> { ["dynamodb:Attributes"] = ["orderId", attribute] }))));
    }

    [Fact]
    public void The_workflow_role_allows_exactly_its_states_log_and_traces()
    {
        var template = DeployedTemplate.Read();
        var definition = File.ReadAllText(Path.Combine(DeployedTemplate.Folder, "order-workflow.asl.json"));
        var invoked = template["Resources"]!["OrderWorkflow"]!["Properties"]!["DefinitionSubstitutions"]!.AsObject()
            .Where(substitution => definition.Contains($"\"Resource\": \"${{{substitution.Key}}}\"", StringComparison.Ordinal))
            .Select(substitution => (string)substitution.Value!["Ref"]!)
            // An execution keeps the definition that it began with. The definitions of releases without aliases refer to
            // the functions themselves, so the role must also allow the functions.
            .SelectMany(alias => new[] { $"${{{alias}}}", $"${{{(string)template["Resources"]![alias]!["Properties"]!["FunctionName"]!["Ref"]!}.Arn}}" })
            .Select(function => $"lambda:InvokeFunction on {Grant.Resolve(function)}");
        Assert.Equal(invoked.Concat(ServiceGrants.OfTheWorkflow).Order(), Grant.Of("StateMachineRole").Select(grant => grant.ToString()).Order());
    }

    [Fact]
    public void A_role_trusts_only_its_service_and_has_only_inline_policies() =>
        Assert.All(DeployedTemplate.Read()["Resources"]!.AsObject().Where(resource => (string?)resource.Value!["Type"] == "AWS::IAM::Role"), role =>
        {
            Assert.Equal(["AssumeRolePolicyDocument", "Policies"], role.Value!["Properties"]!.AsObject().Select(property => property.Key));
            var trust = Assert.Single(role.Value["Properties"]!["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!;
            Assert.Equal(
                role.Key switch { "StateMachineRole" => "states.amazonaws.com", "BackupRole" => "backup.amazonaws.com", _ => "lambda.amazonaws.com" },
                trust["Principal"]!["Service"]!.ToString());
        });

    /// <summary>
    /// No statement trusts a service that acts for another account. IAM User Guide: "The confused deputy problem". Two
    /// statements have no condition on the account: one is restricted to the account's log groups, the other to the routes of
    /// the account's API.
    /// </summary>
    [Fact]
    public void Every_trusted_service_must_act_for_this_account()
    {
        var trusting = Statements(DeployedTemplate.Read()["Resources"])
            .Where(statement => (string?)statement["Effect"] == "Allow" && statement["Principal"]?["Service"] is not null
                && (string?)statement["Sid"] != "UsedForLogs").ToList();
        Assert.Equal(14, trusting.Count);
        Assert.All(trusting, statement => Assert.Equal("""{"Ref":"AWS::AccountId"}""", statement["Condition"]?["StringEquals"]?["aws:SourceAccount"]?.ToJsonString()));
        Assert.Contains("${AWS::AccountId}", (string?)DeployedTemplate.Read()["Resources"]!["ApiPermission"]!["Properties"]!["SourceArn"]!["Fn::Sub"], StringComparison.Ordinal);
    }

    [Fact]
    public void Backups_may_copy_only_tables_and_contain_no_payment_token()
    {
        var tables = new[] { "Orders", "Inventory", "Payments" }.Select(table => $"arn:aws:dynamodb:us-east-1:000000000000:table/{table}").ToList();
        var grants = Grant.Of("BackupRole");
        Assert.Equal(tables, DeployedTemplate.Read()["Resources"]!["BackupSelection"]!["Properties"]!["BackupSelection"]!["Resources"]!.AsArray()
            .Select(table => Grant.Resolve($"${{{(string)table!["Fn::GetAtt"]![0]!}.Arn}}")));
        Assert.All(grants.Where(grant => grant.Action.StartsWith("dynamodb:", StringComparison.Ordinal)), grant =>
            Assert.Contains(grant.Resource.Replace("/backup/*", "", StringComparison.Ordinal), tables));
        // AWS Backup Developer Guide: "Managed policies", AWSBackupServiceRolePolicyForBackup.
        Assert.Equal(
            [
                "backup:CopyIntoBackupVault", "backup:DescribeBackupVault", "dynamodb:CreateBackup", "dynamodb:DeleteBackup", "dynamodb:DescribeBackup", "dynamodb:DescribeTable",
                "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey",
            ],
            grants.Select(grant => grant.Action).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Deny statements may use any wildcard.</summary>
    [Fact]
    public void No_policy_allows_all_actions_or_all_resources_without_need()
    {
        string[] nameless = ["AdministeredByTheAccount", "UsedThroughDynamoDbAndBackup", "UsedForLogs", "UsedForAlarms", "Trace", "DeliverLogs"];
        var allowed = Statements(DeployedTemplate.Read()["Resources"]).Where(statement => (string?)statement["Effect"] == "Allow").ToList();
        Assert.DoesNotContain(allowed, statement => statement["Action"]!.ToJsonString().Contains('*', StringComparison.Ordinal));
        Assert.All(allowed.Where(statement => statement["Resource"] is JsonValue resource && resource.ToString() == "*"), statement => Assert.Contains((string?)statement["Sid"], nameless));
        Assert.DoesNotContain(allowed, statement => statement["Principal"] is JsonValue);
    }

    private static IEnumerable<JsonObject> Statements(JsonNode? node) => node switch
    {
        JsonObject statement when statement["Effect"] is not null => [statement],
        JsonObject map => map.SelectMany(property => Statements(property.Value)),
        JsonArray array => array.SelectMany(Statements),
        _ => [],
    };
}
