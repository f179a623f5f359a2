using System.CommandLine;
using System.Text.Json;
using Npgsql;
using OrderSystem.Benchmarks.Embedded;
using OrderSystem.Benchmarks.Peers;
using OrderSystem.Benchmarks.Peers.Cap;
using OrderSystem.Benchmarks.Peers.Wolverine;

var peer = new Argument<string>("peer") { Description = "wolverine or cap" };
var connection = new Option<string>("--connection") { Description = "An empty PostgreSQL database", Required = true };
var orders = new Option<int>("--orders") { Description = "Orders of the run", DefaultValueFactory = _ => 5_000 };
var inFlight = new Option<int>("--in-flight") { Description = "Orders under way at once", DefaultValueFactory = _ => 32 };
var command = new RootCommand("Runs orders through what a .NET user would take instead, and prints what that took as JSON.") { peer, connection, orders, inFlight };
command.SetAction(async (result, cancellationToken) =>
{
    await using var database = NpgsqlDataSource.Create(result.GetValue(connection)!);
    await OrderEffects.CreateTablesAsync(database, cancellationToken);
    await using IOrderRunner runner = result.GetValue(peer) switch
    {
        "wolverine" => await WolverinePeer.StartAsync(database, cancellationToken),
        "cap" => await CapPeer.StartAsync(database, cancellationToken),
        var other => throw new InvalidOperationException($"There is no peer {other}; there are wolverine and cap."),
    };
    // Tables that are made with the first order are not made by many at once.
    await OrderLoad.RunAsync(runner, 1, 1, cancellationToken);
    await OrderLoad.RunAsync(runner, result.GetValue(orders) / 2, result.GetValue(inFlight), cancellationToken);
    var load = await OrderLoad.RunAsync(runner, result.GetValue(orders), result.GetValue(inFlight), cancellationToken);
    Console.WriteLine(JsonSerializer.Serialize(load));
});
return await command.Parse(args).InvokeAsync();
