using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>Processes the content of a dead-letter message again.</summary>
internal sealed class Redrive(AwsClient aws, ILostRecords? lost, TimeProvider time)
{
    /// <summary>
    /// The maximum size of the records in one invocation, in bytes: Lambda's limit of 6 MB, minus room for the JSON around
    /// the records.
    /// </summary>
    private const int MaximumPayload = 6_000_000;

    private const string ExecutionArn = "executionArn";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Tries once to redrive a message. If the result contains no problem, the caller may delete the message.
    /// </summary>
    /// <exception cref="AwsErrorException">An AWS service returned an error.</exception>
    public async Task<Attempt> TryAsync(ReceivedMessage message, CancellationToken cancellationToken) => message.Letter switch
    {
        DeadLetter.Records records => await InvokeAsync(records, cancellationToken),
        DeadLetter.Event @event => new Attempt(await InvokeAsync(@event, cancellationToken)),
        DeadLetter.Execution execution => await StartAsync(message, execution, cancellationToken),
        _ => new Attempt("the message refers to no records, event or execution"),
    };

    /// <summary>The result of an attempt to redrive a message.</summary>
    /// <param name="Problem">Why the attempt failed; null if it succeeded.</param>
    /// <param name="Note">A remark for the user, if there is one.</param>
    /// <param name="Execution">
    /// The ARN of the execution that was started for the message; null if the message is not about an execution.
    /// </param>
    public sealed record Attempt(string? Problem, string? Note = null, string? Execution = null);

    private async Task<Attempt> InvokeAsync(DeadLetter.Records letter, CancellationToken cancellationToken)
    {
        var records = await new ParkedRecords(aws, lost).ReadAsync(letter, cancellationToken);
        if (records.Count == 0)
            return new Attempt(lost is null ? "the stream no longer has its records" : "neither the stream nor the table still has its records");
        foreach (var batch in Batches(records))
        {
            if (await InvokeAsync(letter.FunctionArn, batch, cancellationToken) is { } problem)
                return new Attempt(problem);
        }

        return new Attempt(null, records.Count == letter.Range.Count ? null
            : $"{records.Count} records were sent to the function: with a ParallelizationFactor, this includes records of other keys between the first and the last");
    }

    private async Task<string?> InvokeAsync(DeadLetter.Event letter, CancellationToken cancellationToken)
    {
        var (payload, error) = await aws.InvokeAsync(letter.FunctionArn, letter.Payload, cancellationToken);
        return error is null ? null : $"the function failed: {Encoding.UTF8.GetString(payload)}";
    }

    private async Task<string?> InvokeAsync(string functionArn, JsonArray records, CancellationToken cancellationToken)
    {
        var known = records.Select(record => (string)record!["dynamodb"]!["SequenceNumber"]!).ToHashSet(StringComparer.Ordinal);
        var (payload, error) = await aws.InvokeAsync(functionArn, new JsonObject { ["Records"] = records }, cancellationToken);
        if (error is not null)
            return $"the function failed: {Encoding.UTF8.GetString(payload)}";
        return BatchResponse.Read(payload, known) switch
        {
            BatchResponse.Partial partial => $"the function reported {partial.FailedIdentifiers.Count} of {known.Count} record(s) as failed",
            BatchResponse.Malformed malformed => malformed.Problem,
            _ => null,
        };
    }

    /// <summary>Splits records, in order, into batches that each fit into the payload of one invocation.</summary>
    private static IEnumerable<JsonArray> Batches(JsonArray records)
    {
        var batch = new JsonArray();
        var size = 0;
        foreach (var record in records)
        {
            var recordSize = Encoding.UTF8.GetByteCount(record!.ToJsonString()) + 1;
            if (batch.Count > 0 && size + recordSize > MaximumPayload)
            {
                yield return batch;
                (batch, size) = ([], 0);
            }

            batch.Add(record.DeepClone());
            size += recordSize;
        }

        yield return batch;
    }

    // Starts a new execution with the input of the ended execution. The ended execution is not changed. The new
    // execution repeats the steps that the ended execution completed, so the steps must be idempotent.
    private async Task<Attempt> StartAsync(ReceivedMessage message, DeadLetter.Execution letter, CancellationToken cancellationToken)
    {
        var ended = await aws.StatesAsync("DescribeExecution", new JsonObject { [ExecutionArn] = letter.Arn }, cancellationToken);
        var input = (string)ended["input"]!;
        // Derive the name from the message. If an earlier redrive could not delete the message, the next redrive then
        // finds the execution that already exists, instead of starting a second one.
        var name = letter.NameAgain(message.SentAt);
        try
        {
            var started = await aws.StatesAsync(
                "StartExecution", new JsonObject { ["stateMachineArn"] = (string)ended["stateMachineArn"]!, ["name"] = name, ["input"] = input }, cancellationToken);
            return new Attempt(null, Execution: (string)started[ExecutionArn]!);
        }
        catch (AwsErrorException error) when (error.Code == "ExecutionAlreadyExists")
        {
            var arn = letter.Arn[..(letter.Arn.LastIndexOf(':') + 1)] + name;
            var earlier = await aws.StatesAsync("DescribeExecution", new JsonObject { [ExecutionArn] = arn }, cancellationToken);
            return (string)earlier["input"]! == input
                ? new Attempt(null, "an earlier redrive started its execution", arn)
                : new Attempt($"execution {name} exists with another input; start an execution with this input under another name, then delete the message");
        }
    }

    /// <summary>Waits until an execution that a redrive started has ended, but at most ten minutes.</summary>
    /// <returns>Why the execution did not succeed; null if it succeeded.</returns>
    /// <exception cref="AwsErrorException">An AWS service returned an error.</exception>
    public async Task<string?> WaitAsync(string executionArn, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < Patience)
        {
            var execution = await aws.StatesAsync("DescribeExecution", new JsonObject { [ExecutionArn] = executionArn }, cancellationToken);
            switch ((string?)execution["status"])
            {
                case "SUCCEEDED":
                    return null;
                case "RUNNING" or "PENDING_REDRIVE":
                    await Task.Delay(Poll, time, cancellationToken);
                    break;
                case var status:
                    return $"ended {status}: {execution["error"]} {execution["cause"]}";
            }
        }

        return $"is still running after {Patience.TotalMinutes} minutes";
    }
}
