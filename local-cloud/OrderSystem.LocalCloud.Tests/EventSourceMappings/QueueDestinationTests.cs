using OrderSystem.EventSources.Failures;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.LocalCloud.TestSupport.Contracts;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

public sealed class QueueDestinationTests : OnFailureDestinationContract, IAsyncDisposable
{
    private const string Queue = "dead-letters";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly QueueRegistry _queues;

    public QueueDestinationTests()
    {
        _queues = Open(_folder.FullName);
        _queues.Declare(Queue, []);
    }

    protected override IOnFailureDestination Destination => new QueueDestination(_queues, _queues.Arn(Queue));

    public async ValueTask DisposeAsync()
    {
        await _queues.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sending_to_a_missing_queue_fails_until_the_queue_is_created()
    {
        var arn = _queues.Arn("later");
        var destination = new QueueDestination(_queues, arn);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => destination.SendAsync("{}"u8.ToArray(), Cancellation));
        Assert.Contains(arn, error.Message, StringComparison.Ordinal);
        _queues.Declare("later", []);
        await destination.SendAsync("{}"u8.ToArray(), Cancellation);
        Assert.Equal((1, 0, 0), _queues.FindByArn(arn)!.Count());
    }

    protected override async Task<IReadOnlyList<string>> LeftAsync()
    {
        using var remains = new Remains(_folder.FullName);
        await using var queues = Open(remains.Path);
        var left = new List<string>();
        while (await queues.Find(Queue)!.ReceiveAsync(10, visibility: null, TimeSpan.Zero, Cancellation) is { Count: > 0 } messages)
            left.AddRange(messages.Select(message => message.Body));
        return left;
    }

    private static QueueRegistry Open(string folder) => new(new LocalCloudOptions { DataDirectory = folder }, new ListeningAddress(), TimeProvider.System);
}
