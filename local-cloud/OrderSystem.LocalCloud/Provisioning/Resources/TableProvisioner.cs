using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>
/// Provisions <c>AWS::DynamoDB::Table</c> in DynamoDB Local, with its stream and indexes. An existing table keeps its
/// items.
/// </summary>
internal sealed class TableProvisioner(DynamoDbClient dynamoDb, DynamoDbProbe probe, TimeProvider time) : IResourceProvisioner
{
    private static readonly string[] Passed = ["AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

    public string Type => "AWS::DynamoDB::Table";

    public async Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var name = declaration.Name("TableName");
        var wanted = Request(declaration, name);
        await probe.AnswersAsync(cancellationToken);
        var table = await DescribeAsync(name, cancellationToken);
        if (table is null)
            await dynamoDb.CallAsync("CreateTable", wanted, cancellationToken);
        else
            await UpdateAsync(declaration, table, wanted, cancellationToken);
        table = await ActiveAsync(name, cancellationToken);
        await SetTimeToLiveAsync(declaration, name, cancellationToken);

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = (string)table["TableArn"]! };
        if (table["LatestStreamArn"] is { } stream)
            attributes["StreamArn"] = (string)stream!;
        return new ProvisionedResource(name, attributes);
    }

    private static JsonObject Request(ResourceDeclaration declaration, string name)
    {
        var request = new JsonObject { ["TableName"] = name };
        foreach (var property in Passed)
        {
            if (declaration[property] is { } value)
                request[property] = value.DeepClone();
        }

        if (request["BillingMode"] is null && request["ProvisionedThroughput"] is null)
            throw declaration.Refused("BillingMode", "must be PAY_PER_REQUEST if ProvisionedThroughput is missing");
        if (declaration["StreamSpecification"]?["StreamViewType"] is { } view)
            request["StreamSpecification"] = new JsonObject { ["StreamEnabled"] = true, ["StreamViewType"] = view.DeepClone() };
        return request;
    }

    private async Task UpdateAsync(ResourceDeclaration declaration, JsonObject table, JsonObject wanted, CancellationToken cancellationToken)
    {
        var name = (string)wanted["TableName"]!;
        if (!SameKeys(table["KeySchema"], wanted["KeySchema"]))
            throw declaration.Refused("KeySchema", $"differs from that of the existing table {name} and cannot be changed: delete the table, or the folder with the data of DynamoDB");
        if (wanted["StreamSpecification"] is { } stream && table["StreamSpecification"]?["StreamEnabled"]?.GetValue<bool>() != true)
        {
            await dynamoDb.CallAsync("UpdateTable", new JsonObject { ["TableName"] = name, ["StreamSpecification"] = stream.DeepClone() }, cancellationToken);
            await ActiveAsync(name, cancellationToken);
        }

        var existing = Indexes(table).Select(index => (string?)index["IndexName"]).ToHashSet(StringComparer.Ordinal);
        foreach (var index in Indexes(wanted).Where(index => !existing.Contains((string?)index["IndexName"])))
        {
            var update = new JsonObject
            {
                ["TableName"] = name,
                ["AttributeDefinitions"] = wanted["AttributeDefinitions"]!.DeepClone(),
                ["GlobalSecondaryIndexUpdates"] = new JsonArray(new JsonObject { ["Create"] = index.DeepClone() }),
            };
            await dynamoDb.CallAsync("UpdateTable", update, cancellationToken);
            await ActiveAsync(name, cancellationToken);
        }
    }

    private static IEnumerable<JsonNode> Indexes(JsonObject table) => table["GlobalSecondaryIndexes"]?.AsArray().Select(index => index!) ?? [];

    private static bool SameKeys(JsonNode? left, JsonNode? right) => Keys(left).SetEquals(Keys(right));

    private static HashSet<string> Keys(JsonNode? schema) =>
        schema?.AsArray().Select(key => $"{key!["AttributeName"]} {key["KeyType"]}").ToHashSet(StringComparer.Ordinal) ?? [];

    private async Task<JsonObject?> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var described = await dynamoDb.CallAsync("DescribeTable", new JsonObject { ["TableName"] = name }, cancellationToken);
            return described["Table"]!.AsObject();
        }
        catch (AwsServiceException error) when (error.Code == "ResourceNotFoundException")
        {
            return null;
        }
    }

    private async Task<JsonObject> ActiveAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await DescribeAsync(name, cancellationToken) is { } table
                && (string?)table["TableStatus"] == "ACTIVE"
                && Indexes(table).All(index => (string?)index["IndexStatus"] == "ACTIVE"))
                return table;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    private async Task SetTimeToLiveAsync(ResourceDeclaration declaration, string name, CancellationToken cancellationToken)
    {
        if (declaration["TimeToLiveSpecification"] is not { } wanted)
            return;
        var described = await dynamoDb.CallAsync("DescribeTimeToLive", new JsonObject { ["TableName"] = name }, cancellationToken);
        if (((string?)described["TimeToLiveDescription"]?["TimeToLiveStatus"] is "ENABLED") == (wanted["Enabled"]?.GetValue<bool>() ?? true))
            return;
        await dynamoDb.CallAsync("UpdateTimeToLive", new JsonObject { ["TableName"] = name, ["TimeToLiveSpecification"] = wanted.DeepClone() }, cancellationToken);
    }
}
