using System.CommandLine;
using OrderSystem.DeadLetters;

internal static class DeadLetterTool
{
    public static Task<int> RunAsync(string[] args) => DlqCommand
        .Complete(new RootCommand("Lists and redrives the dead-letter messages of the shop"), DlqSettings.FromEnvironment("shop-dead-letters"))
        .Parse(args)
        .InvokeAsync();
}
