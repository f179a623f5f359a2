using System.CommandLine;
using OrderSystem.DeadLetters;
using OrderSystem.Dlq;

try
{
    var settings = DlqSettings.FromEnvironment("order-system-dead-letters");
    return await DlqCommand
        .Complete(new RootCommand("Lists, shows, redrives and deletes dead-letter messages"), settings, aws => new PendingOrders(aws))
        .Parse(args).InvokeAsync();
}
catch (InvalidOperationException error)
{
    await Console.Error.WriteLineAsync($"dlq: {error.Message}");
    return 1;
}
