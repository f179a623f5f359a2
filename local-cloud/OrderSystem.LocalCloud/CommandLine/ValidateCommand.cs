using System.CommandLine;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary><c>validate</c>: says what is wrong with definitions, by line and column, and warns of what is hardly meant. Exit code 1 when anything is wrong.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Amazon States Language definitions", Arity = ArgumentArity.OneOrMore };
        files.AcceptExistingOnly();
        var express = new Option<bool>("--express") { Description = "Judges them as those of EXPRESS state machines" };
        var command = new Command("validate", "Judges definitions as CreateStateMachine does.") { files, express };
        command.SetAction((result, cancellationToken) => ValidateAsync(result.GetValue(files)!, result.GetValue(express), Console.Out, cancellationToken));
        return command;
    }

    internal static async Task<int> ValidateAsync(IEnumerable<FileInfo> files, bool isExpress, TextWriter output, CancellationToken cancellationToken)
    {
        var exitCode = 0;
        foreach (var file in files)
        {
            var definition = await DefinitionFile.ReadAsync(file, cancellationToken);
            var faults = definition.Validate(isExpress);
            foreach (var finding in faults.Concat(definition.Warnings()))
                await output.WriteLineAsync(finding);
            if (faults.Count > 0)
                exitCode = 1;
            else
                await output.WriteLineAsync($"{definition.Path}: valid");
        }

        return exitCode;
    }
}
