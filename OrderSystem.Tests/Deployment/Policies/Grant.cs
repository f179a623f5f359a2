using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderSystem.CloudFormation;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>An action on a resource that a role's policies allow.</summary>
/// <param name="Action">The allowed action.</param>
/// <param name="Resource">The resource's ARN, in which <c>*</c> stands for any text.</param>
/// <param name="Conditions">The conditions of the grant, by operator and key; null if there are none.</param>
internal sealed record Grant(string Action, string Resource, JsonObject? Conditions)
{
    /// <summary>Returns the grants of a role, with references replaced by the values that they would have in a stack.</summary>
    public static IReadOnlyList<Grant> Of(string role, IReadOnlyDictionary<string, string>? parameters = null)
    {
        var template = DeployedTemplate.Read();
        return [.. Scope(template, parameters).Evaluate(template["Resources"]![role]!["Properties"]!["Policies"])!.AsArray()
            .SelectMany(policy => policy!["PolicyDocument"]!["Statement"]!.AsArray())
            .SelectMany(statement => Texts(statement![nameof(Action)]).SelectMany(action => Texts(statement[nameof(Resource)])
                .Select(resource => new Grant(action, resource, statement["Condition"]?.AsObject()))))];
    }

    /// <summary>
    /// Returns the value that a reference in the template, such as <c>${OrdersTable.Arn}</c>, has in the stack.
    /// </summary>
    public static string Resolve(string name) => Scope(DeployedTemplate.Read(), parameters: null).Evaluate(new JsonObject { ["Fn::Sub"] = name })!.ToString();

    /// <inheritdoc />
    public override string ToString() => $"{Action} on {Resource}{(Conditions is null ? "" : $" if {Conditions.ToJsonString()}")}";

    private static TemplateScope Scope(JsonObject template, IReadOnlyDictionary<string, string>? parameters)
    {
        var scope = new TemplateScope(template, parameters ?? new Dictionary<string, string>(), "order-system", "us-east-1");
        foreach (var table in new[] { "Orders", "Inventory", "Payments", "PaymentTokens" })
        {
            var arn = $"arn:aws:dynamodb:us-east-1:000000000000:table/{table}";
            scope.Add($"{table}Table", new ProvisionedResource(table, new Dictionary<string, string> { ["Arn"] = arn, ["StreamArn"] = $"{arn}/stream/2026-11-24T00:00:00.000" }));
        }

        const string Workflow = "order-system-order-workflow";
        var workflow = $"arn:aws:states:us-east-1:000000000000:stateMachine:{Workflow}";
        scope.Add("OrderWorkflow", new ProvisionedResource(workflow, new Dictionary<string, string> { ["Arn"] = workflow, ["Name"] = Workflow }));
        return scope;
    }

    /// <summary>Whether the grant allows a call.</summary>
    public bool Allows(AwsCall call) =>
        Action == call.Action && Like(Resource, call.Resource)
        && (Conditions is null || Conditions.All(test => test.Value!.AsObject().All(key => Holds(test.Key, [.. Texts(key.Value)], call.Context.GetValueOrDefault(key.Key)))));

    private static bool Holds(string test, IReadOnlyList<string> wanted, IReadOnlyList<string>? given) => test switch
    {
        "ForAllValues:StringEquals" => given is null || given.All(wanted.Contains),
        "ForAllValues:StringLike" => given is null || given.All(value => wanted.Any(pattern => Like(pattern, value))),
        "Null" => wanted.Single() == (given is null ? "true" : "false"),
        "StringEquals" => given is not null && given.All(wanted.Contains),
        _ => throw new NotSupportedException($"A policy uses the condition operator {test}, which this test does not support."),
    };

    private static bool Like(string pattern, string text) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking);

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray many ? many.Select(one => one!.ToString()) : [node!.ToString()];
}
