using System.CommandLine;
using System.Text.Json;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>
/// <c>jsonata</c>: evaluates JSONata expressions. Programs send one JSON object per line and receive one JSON object per
/// line; people use <c>--expr</c>, with the input on standard input.
/// </summary>
internal static class JsonataCommand
{
    public static Command Create()
    {
        var expression = new Option<string?>("--expr") { Description = "One expression, evaluated over the JSON on standard input" };
        var dialect = new Option<JsonataDialect>("--dialect") { Description = "The available functions: JSONata's own, or those of Step Functions" };
        var command = new Command("jsonata",
            "Evaluates JSONata expressions: one {\"id\",\"expr\",\"data\",\"bindings\"} per line of standard input, or --expr over the JSON on standard input.") { expression, dialect };
        command.SetAction((result, cancellationToken) => result.GetValue(expression) is { } text
            ? EvaluateOneAsync(text, result.GetValue(dialect), Console.In, Console.Out, Console.Error, cancellationToken)
            : ServeAsync(result.GetValue(dialect), Console.In, Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Evaluates one expression. Prints the indented result, or prints the error and returns exit code 1.</summary>
    internal static async Task<int> EvaluateOneAsync(
        string text, JsonataDialect dialect, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var expression = JsonataExpression.Parse(text, dialect);
            var data = await input.ReadToEndAsync(cancellationToken);
            var result = expression.Evaluate(string.IsNullOrWhiteSpace(data) ? null : StatesValue.Parse(data), JsonataEvaluation.Default);
            await output.WriteLineAsync(result?.ToJsonString(indented: true) ?? "undefined");
            return 0;
        }
        catch (JsonataException e)
        {
            await error.WriteLineAsync($"{e.Code}: {e.Message}");
        }
        catch (JsonException e)
        {
            await error.WriteLineAsync($"The input is not JSON: {e.Message}");
        }

        return 1;
    }

    /// <summary>Reads one request per line and writes one response per line, until the input ends.</summary>
    internal static async Task<int> ServeAsync(JsonataDialect dialect, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
                continue;
            await output.WriteLineAsync(Answer(line, dialect).ToJsonString());
            await output.FlushAsync(cancellationToken);
        }

        return 0;
    }

    private static StatesObject Answer(string line, JsonataDialect dialect)
    {
        StatesValue id = StatesValue.Null;
        try
        {
            if (StatesValue.Parse(line, maxDepth: 512) is not StatesObject request || request["expr"] is not StatesString text)
                return Failure(id, "S0500", "Each line must be a JSON object with \"expr\".");
            id = request["id"] ?? id;
            var bindings = request["bindings"] as StatesObject;
            var evaluation = JsonataEvaluation.Default with { Variables = bindings is null ? null : name => bindings[name] };
            if (request["timelimit"] is StatesNumber milliseconds)
                evaluation = evaluation with { TimeLimit = TimeSpan.FromMilliseconds(milliseconds.Value) };
            if (request["depth"] is StatesNumber depth)
                evaluation = evaluation with { MaxDepth = (int)depth.Value };
            var result = JsonataExpression.Parse(text.Value, dialect).Evaluate(request["data"], evaluation);
            return result is null ? StatesObject.Of(("id", id), ("undefined", true)) : StatesObject.Of(("id", id), ("result", result));
        }
        catch (JsonataException e)
        {
            return Failure(id, e.Code, e.Message);
        }
        catch (JsonException e)
        {
            return Failure(id, "S0500", $"The line is not JSON: {e.Message}");
        }
    }

    private static StatesObject Failure(StatesValue id, string code, string message) =>
        StatesObject.Of(("id", id), ("error", StatesObject.Of(("code", code), ("message", message))));
}
