using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// The operations <c>AddPermission</c> and <c>RemovePermission</c>, which change the queue's policy. LocalCloud does not enforce
/// the policy. See "AddPermission" in the SQS API Reference.
/// </summary>
internal static class QueuePermissions
{
    public static string Add(string? policy, string queueArn, string label, IEnumerable<string> accounts, IEnumerable<string> actions)
    {
        var document = Document(policy, queueArn);
        var statements = Statements(document);
        if (statements.Any(statement => Label(statement) == label))
            throw SqsRequest.Invalid($"Value {label} for parameter Label is invalid. Reason: Already exists.");
        JsonNode?[] principals = [.. accounts.Select(account => (JsonNode)$"arn:aws:iam::{account}:root")];
        JsonNode?[] allowed = [.. actions.Select(action => (JsonNode)$"SQS:{action}")];
        if (principals.Length == 0 || allowed.Length == 0)
            throw SqsRequest.Missing(principals.Length == 0 ? "AWSAccountIds" : "Actions");
        statements.Add(new JsonObject
        {
            ["Sid"] = label,
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = OneOrMany(principals) },
            ["Action"] = OneOrMany(allowed),
            ["Resource"] = queueArn,
        });
        return document.ToJsonString();
    }

    public static string Remove(string? policy, string queueArn, string label)
    {
        var document = Document(policy, queueArn);
        var statements = Statements(document);
        if (statements.FirstOrDefault(statement => Label(statement) == label) is not { } statement)
            throw SqsRequest.Invalid($"Value {label} for parameter Label is invalid. Reason: can't find label on existing policy.");
        statements.Remove(statement);
        return statements.Count == 0 ? "" : document.ToJsonString();
    }

    private static JsonNode OneOrMany(JsonNode?[] values) => values is [{ } only] ? only : new JsonArray(values);

    private static string? Label(JsonNode? statement) => (statement as JsonObject)?["Sid"]?.ToString();

    private static JsonObject Document(string? policy, string queueArn) => policy is not null && RequestJson.Parse(System.Text.Encoding.UTF8.GetBytes(policy)) is JsonObject document
        ? document
        : new JsonObject { ["Version"] = "2008-10-17", ["Id"] = $"{queueArn}/SQSDefaultPolicy", ["Statement"] = new JsonArray() };

    private static JsonArray Statements(JsonObject document)
    {
        if (document["Statement"] is JsonArray statements)
            return statements;
        var only = document["Statement"]?.DeepClone();
        var list = only is null ? new JsonArray() : new JsonArray(only);
        document["Statement"] = list;
        return list;
    }
}
