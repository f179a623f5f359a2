using System.Text;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.LocalCloud.TestSupport.Contracts;

/// <summary>
/// The tests that every on-failure destination must pass. The test class of each destination inherits these tests.
/// </summary>
public abstract class OnFailureDestinationContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The destination to test, which is initially empty.</summary>
    protected abstract IOnFailureDestination Destination { get; }

    /// <summary>
    /// Returns the records that a new process would find in the destination if this process were killed now.
    /// </summary>
    protected abstract Task<IReadOnlyList<string>> LeftAsync();

    [Fact]
    public async Task Sent_records_survive_the_process()
    {
        await SendAsync("""{"n":1}""");
        Assert.Equal(["""{"n":1}"""], await LeftAsync());
        await SendAsync("""{"n":2}""");
        Assert.Equal(["""{"n":1}""", """{"n":2}"""], (await LeftAsync()).Order());
    }

    [Fact]
    public async Task Unicode_text_is_stored_unchanged()
    {
        const string Text = """{"message":"Ωé 商品 🛒 ‍́ \" \\ \u0001 \ud83d\uded2"}""";
        await SendAsync(Text);
        Assert.Equal([Text], await LeftAsync());
    }

    [Fact]
    public async Task The_largest_record_is_stored_whole()
    {
        var record = Discarded(BatchEvent.MaximumBytes - BatchEvent.EnvelopeBytes);
        await SendAsync(record);
        Assert.True(Assert.Single(await LeftAsync()) == record);
        Assert.Equal(Destination.TakesPayload, record.Length > BatchEvent.MaximumBytes);
    }

    [Fact]
    public async Task Records_sent_concurrently_are_all_stored()
    {
        var records = Enumerable.Range(0, 64).Select(i => $$"""{"n":"{{i:00}}"}""").ToArray();
        await Task.WhenAll(records.Select(SendAsync));
        Assert.Equal(records, (await LeftAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_sends_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Destination.SendAsync("""{"n":1}"""u8.ToArray(), new CancellationToken(canceled: true)));
        await SendAsync("""{"n":2}""");
        Assert.Equal(["""{"n":2}"""], await LeftAsync());
    }

    /// <summary>
    /// Returns the record that a mapping sends to the destination for a discarded batch of about the given size in bytes.
    /// </summary>
    private string Discarded(int bytes)
    {
        var padding = new string('é', (bytes - 16) / 2);
        var record = new StreamRecord(new string('9', 40), "key", Noon, Encoding.UTF8.GetBytes($$"""{"n":"{{padding}}"}"""));
        var name = new string('n', 255);
        return Encoding.UTF8.GetString(DiscardedBatch.Write(
            $"arn:aws:dynamodb:us-east-1:000000000000:table/{name}/stream/2026-01-01T00:00:00.000", name, [record], DiscardCondition.RetryAttemptsExhausted,
            $"arn:aws:lambda:us-east-1:000000000000:function:{name}", Guid.NewGuid().ToString(), 10_001, "Unhandled", Noon, Destination.TakesPayload).Span);
    }

    private Task SendAsync(string record) => Destination.SendAsync(Encoding.UTF8.GetBytes(record), Cancellation);
}
