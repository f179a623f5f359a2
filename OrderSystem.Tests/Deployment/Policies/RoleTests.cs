using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>Each function's role against what its code asks of AWS.</summary>
public class RoleTests(FunctionsAtWork functions) : IClassFixture<FunctionsAtWork>
{
    /// <summary>What the services do in a function's name. No code of ours calls these, so each has its reason here.</summary>
    private static readonly Dictionary<string, string> ByTheService = new(StringComparer.Ordinal)
    {
        ["kms:Decrypt"] = "DynamoDB unlocks a table's key in the name of whoever reads or writes the table, and its stream's for who polls it",
        ["sqs:SendMessage"] = "Lambda sends what failed for good to a destination with the function's role",
        ["logs:CreateLogStream"] = "Lambda opens a log stream for each instance of a function",
        ["logs:PutLogEvents"] = "Lambda writes what the function prints",
        ["xray:PutTraceSegments"] = "Lambda sends the segments of active tracing",
        ["xray:PutTelemetryRecords"] = "Lambda sends the counts of active tracing",
    };

    private static readonly Dictionary<string, string> ByTheMapping = new(StringComparer.Ordinal)
    {
        ["dynamodb:DescribeStream"] = "the event source mapping looks for the stream's shards",
        ["dynamodb:GetShardIterator"] = "the event source mapping starts at a checkpoint",
        ["dynamodb:GetRecords"] = "the event source mapping polls",
        ["dynamodb:ListStreams"] = "Lambda looks for the stream as the mapping is made",
    };

    public static TheoryData<string> Functions => [.. DeployedTemplate.Read()["Resources"]!.AsObject()
        .Where(resource => (string?)resource.Value!["Type"] == "AWS::Lambda::Function").Select(resource => resource.Key[..^"Function".Length])];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_is_allowed_exactly_what_it_does(string function)
    {
        var calls = functions.Calls(function);
        var grants = Grant.Of($"{function}Role");
        Assert.NotEmpty(calls);
        Assert.Empty(calls.Where(call => !grants.Any(grant => grant.Allows(call))).Select(call => $"{call.Action} on {call.Resource} of {string.Join(", ", call.Context.SelectMany(key => key.Value))}").Distinct());
        Assert.Empty(grants
            .Where(grant => !calls.Any(grant.Allows) && !ByTheService.ContainsKey(grant.Action) && !(function == "Processor" && ByTheMapping.ContainsKey(grant.Action)))
            .Select(grant => $"{grant.Action} on {grant.Resource} is allowed and never used"));
        Assert.Equal(ByTheService.Keys.Order(), grants.Select(grant => grant.Action).Where(ByTheService.ContainsKey).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Without_any_one_grant_of_its_own_a_function_lacks_something(string function)
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
    public void Conditions_keep_a_function_to_its_own_keys_and_attributes(string function, string action, string table, string key, string attribute, bool allowed)
    {
        var context = new Dictionary<string, IReadOnlyList<string>> { ["dynamodb:LeadingKeys"] = [key], ["dynamodb:Attributes"] = [attribute] };
        var call = new AwsCall(action, $"arn:aws:dynamodb:us-east-1:000000000000:table/{table}", context);
        Assert.Equal(allowed, Grant.Of($"{function}Role").Any(grant => grant.Allows(call)));
    }

    [Fact]
    public void With_a_collector_nothing_goes_to_X_Ray() =>
        Assert.DoesNotContain(Grant.Of("ApiRole", new Dictionary<string, string> { ["OtlpEndpoint"] = "http://localhost:4318" }), grant => grant.Action.StartsWith("xray:", StringComparison.Ordinal));

    [Fact]
    public void The_workflow_may_invoke_the_functions_that_it_names_and_no_other()
    {
        var template = DeployedTemplate.Read();
        var definition = File.ReadAllText(Path.Combine(DeployedTemplate.Folder, "order-workflow.asl.json"));
        var named = template["Resources"]!["OrderWorkflow"]!["Properties"]!["DefinitionSubstitutions"]!.AsObject()
            .Where(substitution => definition.Contains($"\"Resource\": \"${{{substitution.Key}}}\"", StringComparison.Ordinal))
            .Select(substitution => (string)substitution.Value!["Fn::GetAtt"]![0]!);
        var statements = template["Resources"]!["StateMachineRole"]!["Properties"]!["Policies"]![0]!["PolicyDocument"]!["Statement"]!.AsArray();
        var invoked = statements.Single(statement => (string?)statement!["Action"]?.ToString() == "lambda:InvokeFunction")!["Resource"]!.AsArray().Select(resource => (string)resource!["Fn::GetAtt"]![0]!);
        Assert.Equal(named.Order(), invoked.Order());
    }

    /// <summary>Deny statements may be as wide as they like.</summary>
    [Fact]
    public void Nobody_is_allowed_every_action_nor_every_resource_where_AWS_has_a_name()
    {
        string[] nameless = ["AdministeredByTheAccount", "UsedThroughDynamoDb", "UsedForLogs", "UsedForAlarms", "Trace", "DeliverLogs"];
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
