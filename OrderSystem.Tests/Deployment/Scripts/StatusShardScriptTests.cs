using Amazon.DynamoDBv2.Model;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Aws;

namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>
/// Tests the script in <c>docs/deploying.md</c> that sets the attribute <c>statusShard</c> of orders from an earlier
/// release.
/// </summary>
public sealed class StatusShardScriptTests(OrderTablesFixture fixture) : IClassFixture<OrderTablesFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("status-shards-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_documented_script_writes_missing_and_different_partitions()
    {
        await AwsCliTests.SkipWithoutAsync();
        var missing = await PutAsync(OrderStatus.Pending, partition: null);
        var different = await PutAsync(OrderStatus.Completed, partition: OrderStatus.Validated);
        var right = await PutAsync(OrderStatus.Rejected, partition: OrderStatus.Rejected);

        var page = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(DeployedTemplate.Folder)!, "docs", "deploying.md"), CancellationToken);
        var script = Path.Combine(_folder.FullName, "script.sh");
        await File.WriteAllTextAsync(script, $"ORDERS={fixture.Tables.Orders}\n{page.Split("```sh\n").Single(block => block.Contains("SET statusShard", StringComparison.Ordinal)).Split("```")[0]}", CancellationToken);
        AwsCliTests.WriteCli(_folder.FullName, fixture.Endpoint);
        var run = await ScriptRun.StartAsync(script, _folder.FullName, "", []);
        Assert.True(run is { ExitCode: 0, Error: "" }, run.Error);

        Assert.Equal(StatusShards.Key(OrderStatus.Pending, missing), await PartitionAsync(missing));
        Assert.Equal(StatusShards.Key(OrderStatus.Completed, different), await PartitionAsync(different));
        Assert.Equal(StatusShards.Key(OrderStatus.Rejected, right), await PartitionAsync(right));
    }

    private async Task<string> PutAsync(OrderStatus status, OrderStatus? partition)
    {
        var id = $"o-{Guid.NewGuid():N}";
        var item = new Dictionary<string, AttributeValue> { ["orderId"] = new(id), ["status"] = new(status.ToString()), ["createdAt"] = new("2026-03-01T12:00:00.0000000Z") };
        if (partition is { } written)
            item[StatusShards.Attribute] = new(StatusShards.Key(written, id));
        await fixture.Client.PutItemAsync(fixture.Tables.Orders, item, CancellationToken);
        return id;
    }

    private async Task<string> PartitionAsync(string id) =>
        (await fixture.Client.GetItemAsync(fixture.Tables.Orders, new Dictionary<string, AttributeValue> { ["orderId"] = new(id) }, CancellationToken)).Item[StatusShards.Attribute].S;
}
