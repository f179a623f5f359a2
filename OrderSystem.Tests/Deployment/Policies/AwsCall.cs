using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>A request as IAM authorizes it: an action on a resource, and the values of condition keys.</summary>
internal sealed partial record AwsCall(string Action, string Resource, IReadOnlyDictionary<string, IReadOnlyList<string>> Context)
{
    private static readonly Dictionary<string, string> HashKeys = new(StringComparer.Ordinal) { ["Orders"] = "orderId", ["Inventory"] = "pk", ["Payments"] = "orderId", ["PaymentTokens"] = "orderId" };

    private static readonly string[] Words = ["SET", "ADD", "REMOVE", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN", "if_not_exists", "attribute_not_exists", "attribute_exists"];

    /// <summary>
    /// Reads the calls that a sent request contains. A transaction contains one call for each of its actions, because IAM
    /// authorizes each action separately.
    /// </summary>
    /// <param name="target">The value of the header <c>X-Amz-Target</c>.</param>
    /// <param name="body">The request's body.</param>
    public static IEnumerable<AwsCall> Read(string target, JsonNode body)
    {
        var (service, operation) = (target.Split('.')[0], target.Split('.')[1]);
        return (service, operation) switch
        {
            ("AWSStepFunctions", _) => [new AwsCall($"states:{operation}", (string?)body["stateMachineArn"] ?? (string)body["executionArn"]!, new Dictionary<string, IReadOnlyList<string>>())],
            (_, "TransactWriteItems") => body["TransactItems"]!.AsArray().Select(item => item!.AsObject().Single()).Select(item => OnTable($"{item.Key}Item", item.Value!)),
            _ => [OnTable(operation, body)],
        };
    }

    private static AwsCall OnTable(string operation, JsonNode body)
    {
        var table = (string)body["TableName"]!;
        var arn = $"arn:aws:dynamodb:us-east-1:000000000000:table/{table}{(body["IndexName"] is { } index ? $"/index/{index}" : "")}";
        var names = body["ExpressionAttributeNames"];
        var expressions = new[] { "UpdateExpression", "ConditionExpression", "KeyConditionExpression", "FilterExpression", "ProjectionExpression" }.Select(name => (string?)body[name] ?? "");
        var attributes = expressions
            .SelectMany(expression => Token().Matches(expression).Select(match => match.Value))
            .Where(token => token[0] != ':' && !Words.Contains(token, StringComparer.Ordinal))
            .Select(token => token[0] == '#' ? (string)names![token]! : token)
            .Concat((body["Key"] ?? body["Item"])?.AsObject().Select(attribute => attribute.Key) ?? [])
            .Distinct(StringComparer.Ordinal);
        var context = new Dictionary<string, IReadOnlyList<string>> { ["dynamodb:Attributes"] = [.. attributes] };
        var key = (body["Key"] ?? body["Item"])?[HashKeys[table]]?["S"] ?? body["ExpressionAttributeValues"]?.AsObject().FirstOrDefault().Value?["S"];
        if (key is not null)
            context["dynamodb:LeadingKeys"] = [(string)key!];
        return new AwsCall($"dynamodb:{operation}", arn, context);
    }

    [GeneratedRegex(@"[:#]?[A-Za-z_]\w*", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
