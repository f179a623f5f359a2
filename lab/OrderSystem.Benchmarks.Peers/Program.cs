using System.CommandLine;
using System.Text.Json;
using Npgsql;
using OrderSystem.Benchmarks.Embedded;
using OrderSystem.Benchmarks.Peers;
using OrderSystem.Benchmarks.Peers.Cap;
using OrderSystem.Benchmarks.Peers.Wolverine;

var peer = new Argument<string>("peer") { Description = "wolverine or cap" };
var connection = new Option<string>("--connection") { Description = "The connection string of an empty PostgreSQL database", Required = true };
var orders = new Option<int>("--orders") { Description = "Number of orders", DefaultValueFactory = _ => 5_000 };
var inFlight = new Option<int>("--in-flight") { Description = "Number of concurrent orders", DefaultValueFactory = _ => 32 };
var command = new RootCommand("Runs orders through an alternative .NET library and prints the measurements as JSON.") { peer, connection, orders, inFlight };
command.SetAction(async (result, cancellationToken) =>
{
    await using var database = NpgsqlDataSource.Create(result.GetValue(connection)!);
    await OrderEffects.CreateTablesAsync(database, cancellationToken);
    await using IOrderRunner runner = result.GetValue(peer) switch
    {
        "wolverine" => await WolverinePeer.StartAsync(database, cancellationToken),
        "cap" => await CapPeer.StartAsync(database, cancellationToken),
        var other => throw new InvalidOperationException($"Unknown peer {other}. Use wolverine or cap."),
    };
    // The libraries create their tables with the first order. Run the first order alone, so that concurrent orders do not
    // all try to create the tables.
    await OrderLoad.RunAsync(runner, 1, 1, cancellationToken);
    await OrderLoad.RunAsync(runner, result.GetValue(orders) / 2, result.GetValue(inFlight), cancellationToken);
    var load = await OrderLoad.RunAsync(runner, result.GetValue(orders), result.GetValue(inFlight), cancellationToken);
    Console.WriteLine(JsonSerializer.Serialize(load));
});
return await command.Parse(args).InvokeAsync();
