using System.CommandLine;
using OrderSystem.Benchmarks.Embedded;
using OrderSystem.Benchmarks.States;
using OrderSystem.Benchmarks.StreamHop;

return await new RootCommand("Measures the parts of OrderSystem whose speed matters.")
{
    StatesCommand.Create(),
    StatesApiCommand.Create(),
    StreamHopCommand.Create(),
    EmbeddedCommand.Create(),
}.Parse(args).InvokeAsync();
