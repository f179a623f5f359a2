using System.CommandLine;
using OrderSystem.Benchmarks.Embedded;
using OrderSystem.Benchmarks.Functions;
using OrderSystem.Benchmarks.Peers;
using OrderSystem.Benchmarks.States;
using OrderSystem.Benchmarks.StreamHop;

return await new RootCommand("Measures the performance-critical parts of OrderSystem.")
{
    StatesCommand.Create(),
    StatesApiCommand.Create(),
    StreamHopCommand.Create(),
    EmbeddedCommand.Create(),
    FunctionsCommand.Create(),
    PeersCommand.Create(),
}.Parse(args).InvokeAsync();
