using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary><c>list | show N | redrive [N…] | purge</c>: handles dead-letter messages in the local cloud or in AWS.</summary>
public static class DlqCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Adds the options and subcommands for handling a dead-letter queue to a command.</summary>
    /// <param name="command">The command that gets the options and subcommands.</param>
    /// <param name="settings">The default values of the options.</param>
    /// <param name="createLost">Creates the lookup for records that the stream no longer has; null if there is no lookup.</param>
    public static T Complete<T>(T command, DlqSettings settings, Func<AwsClient, ILostRecords>? createLost = null)
        where T : Command
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(settings);
        var aws = new Option<bool>("--aws") { Description = "Use AWS, with the usual credentials, instead of the local cloud", Recursive = true };
        var queue = new Option<string>("--queue") { Description = "The queue's name", DefaultValueFactory = _ => settings.Queue, Recursive = true };
        var endpoint = new Option<Uri>("--endpoint")
        {
            Description = "The local cloud's address; AWS_ENDPOINT_URL overrides the default",
            DefaultValueFactory = _ => settings.Endpoint,
            CustomParser = ParseEndpoint,
            Recursive = true,
        };
        var number = new Argument<int>("N") { Description = "The message's number in the list" };
        var numbers = new Argument<int[]>("N") { Description = "The messages' numbers in the list; omit them to process every message", Arity = ArgumentArity.ZeroOrMore };
        var list = new Command("list", "Lists the dead-letter messages, oldest first");
        var show = new Command("show", "Shows one dead-letter message and its records") { number };
        var redrive = new Command("redrive", "Processes messages again, and deletes those whose work succeeded or was started again") { numbers };
        var purge = new Command("purge", "Deletes every dead-letter message");
        list.SetAction((result, token) => RunAsync(result, ListAsync, token));
        show.SetAction((result, token) => RunAsync(result, session => ShowAsync(session, result.GetValue(number)), token));
        redrive.SetAction((result, token) => RunAsync(result, session => RedriveAsync(session, result.GetValue(numbers) ?? []), token));
        purge.SetAction((result, token) => RunAsync(result, PurgeAsync, token));
        foreach (var option in (Option[])[aws, queue, endpoint])
            command.Options.Add(option);
        foreach (var subcommand in (Command[])[list, show, redrive, purge])
            command.Subcommands.Add(subcommand);
        return command;

        async Task<int> RunAsync(ParseResult result, Func<Session, Task<int>> run, CancellationToken cancellationToken)
        {
            using var connection = result.GetValue(aws)
                ? AwsConnection.Aws(settings.Region)
                : AwsConnection.Local(result.GetValue(endpoint)!, settings.DynamoDbEndpoint, settings.Region);
            return await RunReportingAsync(new AwsClient(connection), result.GetValue(queue)!, createLost, result.InvocationConfiguration, run, cancellationToken);
        }
    }

    /// <summary>The received dead-letter messages, and the objects that a subcommand needs to process them.</summary>
    internal sealed record Session(AwsClient Client, DeadLetterBox Box, IReadOnlyList<ReceivedMessage> Letters, ILostRecords? Lost, TextWriter Output, CancellationToken CancellationToken);

    private static async Task<int> RunReportingAsync(
        AwsClient client, string queue, Func<AwsClient, ILostRecords>? createLost, InvocationConfiguration console, Func<Session, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(client, queue, createLost?.Invoke(client), console.Output, run, cancellationToken);
        }
        catch (AwsErrorException error)
        {
            await console.Error.WriteLineAsync($"dlq: {error.Code}: {error.Message}");
        }
        catch (HttpRequestException error)
        {
            await console.Error.WriteLineAsync($"dlq: request failed: {error.Message}. Check that the services are running at the addresses in --endpoint and AWS_ENDPOINT_URL_DYNAMODB.");
        }

        return 1;
    }

    /// <summary>
    /// Receives the messages, runs a subcommand on them, and makes the messages that are still in the queue visible
    /// again.
    /// </summary>
    internal static async Task<int> RunAsync(AwsClient client, string queue, ILostRecords? lost, TextWriter output, Func<Session, Task<int>> run, CancellationToken cancellationToken)
    {
        await using var box = await DeadLetterBox.OpenAsync(client, queue, TimeProvider.System, cancellationToken);
        var letters = await box.TakeAllAsync(cancellationToken);
        return await run(new Session(client, box, letters, lost, output, cancellationToken));
    }

    internal static async Task<int> ListAsync(Session session)
    {
        foreach (var (index, message) in session.Letters.Index())
            await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{index + 1,4}  {message.SentAt:yyyy-MM-dd HH:mm:ss}  {message.Letter.Why,-24}  {message.Letter.What}"));
        if (session.Letters.Count == 0)
            await session.Output.WriteLineAsync("No dead-letter messages.");
        return 0;
    }

    internal static async Task<int> ShowAsync(Session session, int number)
    {
        if (await UnknownAsync(session, [number]))
            return 1;
        var letter = session.Letters[number - 1].Letter;
        await session.Output.WriteLineAsync(letter.Shown() is JsonValue text ? text.ToString() : letter.Shown().ToJsonString(Indented));
        if (letter is DeadLetter.Records records)
            await session.Output.WriteLineAsync(SecretMask.Over(await new ParkedRecords(session.Client, session.Lost).ReadAsync(records, session.CancellationToken))!.ToJsonString(Indented));
        return 0;
    }

    internal static async Task<int> RedriveAsync(Session session, int[] numbers)
    {
        if (await UnknownAsync(session, numbers))
            return 1;
        var chosen = session.Letters.Index().Where(letter => numbers.Length == 0 || numbers.Contains(letter.Index + 1)).ToList();
        await session.Box.GiveBackAsync(session.Letters.Except(chosen.Select(letter => letter.Item)));
        var redrive = new Redrive(session.Client, session.Lost, TimeProvider.System);
        var failed = 0;
        foreach (var (index, letter) in chosen)
            failed += await RedriveAsync(session, redrive, index + 1, letter) ? 0 : 1;
        return failed == 0 ? 0 : 1;
    }

    private static async Task<bool> RedriveAsync(Session session, Redrive redrive, int number, ReceivedMessage message)
    {
        var attempt = session.Box.Holds(message) ? await TryAsync(redrive, message, session.CancellationToken) : new Redrive.Attempt("another consumer has received it");
        if (attempt.Problem is { } problem)
        {
            await session.Box.GiveBackAsync([message]);
            await session.Output.WriteLineAsync($"{number,4}  kept in the queue: {problem}");
            return false;
        }

        // Delete the message before the new execution ends. If that execution fails, it sends its own dead-letter
        // message, so keeping the old message would double the number of messages with each redrive.
        var stays = await session.Box.RemoveAsync([message]);
        var failure = attempt.Execution is { } execution ? await WaitAsync(redrive, execution, session.CancellationToken) : null;
        var remarks = $"{(attempt.Note is { } note ? $" ({note})" : "")}{(stays > 0 ? "; but the message could not be deleted from the queue" : "")}";
        await session.Output.WriteLineAsync(failure is null
            ? $"{number,4}  done: {message.Letter.What}{remarks}"
            : $"{number,4}  started again, without success: {message.Letter.What}{remarks}: the new execution {failure}. If it failed and sent no message of its own, "
                + $"continue it with: aws stepfunctions redrive-execution --execution-arn {attempt.Execution}");
        return stays == 0 && failure is null;
    }

    internal static async Task<int> PurgeAsync(Session session)
    {
        var stay = await session.Box.RemoveAsync(session.Letters);
        await session.Output.WriteLineAsync($"{session.Letters.Count - stay} dead-letter message(s) deleted{(stay > 0 ? $", {stay} could not be deleted" : "")}.");
        return stay == 0 ? 0 : 1;
    }

    private static async Task<bool> UnknownAsync(Session session, int[] numbers)
    {
        var unknown = numbers.Where(number => number < 1 || number > session.Letters.Count).ToList();
        foreach (var number in unknown)
            await session.Output.WriteLineAsync($"There is no message {number}: the queue has {session.Letters.Count} message(s).");
        return unknown.Count > 0;
    }

    private static async Task<Redrive.Attempt> TryAsync(Redrive redrive, ReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await redrive.TryAsync(message, cancellationToken);
        }
        catch (Exception error) when (Unavailable(error) is not null)
        {
            return new Redrive.Attempt(Unavailable(error));
        }
    }

    private static async Task<string?> WaitAsync(Redrive redrive, string execution, CancellationToken cancellationToken)
    {
        try
        {
            return await redrive.WaitAsync(execution, cancellationToken);
        }
        catch (Exception error) when (Unavailable(error) is not null)
        {
            return $"can't be read: {Unavailable(error)}";
        }
    }

    private static string? Unavailable(Exception error) => error switch
    {
        AwsErrorException refused => $"{refused.Code}: {refused.Message}",
        HttpRequestException lost => $"no response: {lost.Message}",
        _ => null,
    };

    private static Uri? ParseEndpoint(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var endpoint) && endpoint.Scheme is ("http" or "https"))
            return endpoint;
        result.AddError($"--endpoint must be an address such as http://127.0.0.1:4566, not '{result.Tokens[0].Value}'.");
        return null;
    }
}
