using System.CommandLine;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>
/// <c>validate</c>: reports errors and probable mistakes in definitions, with line and column. The exit code is 1 if
/// there is an error.
/// </summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Amazon States Language definitions", Arity = ArgumentArity.OneOrMore };
        files.AcceptExistingOnly();
        var express = new Option<bool>("--express") { Description = "Validates for EXPRESS state machines" };
        var command = new Command("validate", "Validates definitions as CreateStateMachine does.") { files, express };
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
