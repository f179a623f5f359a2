using System.Collections.Concurrent;
using System.Threading.Channels;
using DotNetCore.CAP;
using DotNetCore.CAP.Messages;
using DotNetCore.CAP.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace OrderSystem.Benchmarks.Peers.Cap;

/// <summary>
/// An in-process message broker for CAP. This broker favours CAP in the comparison, because it needs no network and no
/// disk. The broker need not be durable, because CAP stores each message in its tables and sends the message again if
/// it is lost.
/// </summary>
internal sealed class InProcessTransport : ICapOptionsExtension
{
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(new CapMessageQueueMakerService("in-process"));
        services.AddSingleton<Broker>();
        services.AddSingleton<ITransport, Sender>();
        services.AddSingleton<IConsumerClientFactory, ConsumerFactory>();
    }

    private sealed class Broker
    {
        private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Channel<TransportMessage>>> _groups = new(StringComparer.Ordinal);

        public void Subscribe(string topic, string group, Channel<TransportMessage> queue) =>
            _groups.GetOrAdd(topic, _ => new(StringComparer.Ordinal)).TryAdd(group, queue);

        public async Task SendAsync(TransportMessage message)
        {
            if (!_groups.TryGetValue(message.GetName(), out var groups))
                return;
            foreach (var (group, queue) in groups)
                await queue.Writer.WriteAsync(new TransportMessage(new Dictionary<string, string?>(message.Headers, StringComparer.Ordinal) { [Headers.Group] = group }, message.Body));
        }
    }

    private sealed class Sender(Broker broker) : ITransport
    {
        public BrokerAddress BrokerAddress => new("in-process", "");

        public async Task<OperateResult> SendAsync(TransportMessage message)
        {
            await broker.SendAsync(message);
            return OperateResult.Success;
        }
    }

    private sealed class ConsumerFactory(Broker broker) : IConsumerClientFactory
    {
        public Task<IConsumerClient> CreateAsync(string groupName, byte groupConcurrent) => Task.FromResult<IConsumerClient>(new Consumer(broker, groupName));
    }

    private sealed class Consumer(Broker broker, string group) : IConsumerClient
    {
        private readonly Channel<TransportMessage> _queue = Channel.CreateBounded<TransportMessage>(65_536);

        public BrokerAddress BrokerAddress => new("in-process", "");

        public Func<TransportMessage, object?, Task>? OnMessageCallback { get; set; }

        public Action<LogMessageEventArgs>? OnLogCallback { get; set; }

        public Task<ICollection<string>> FetchTopicsAsync(IEnumerable<string> topicNames) => Task.FromResult<ICollection<string>>([.. topicNames]);

        public Task SubscribeAsync(IEnumerable<string> topics)
        {
            foreach (var topic in topics)
                broker.Subscribe(topic, group, _queue);
            return Task.CompletedTask;
        }

        public Task ListeningAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
            Parallel.ForEachAsync(_queue.Reader.ReadAllAsync(cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken }, async (message, _) =>
                await OnMessageCallback!(message, null));

        public Task CommitAsync(object? sender) => Task.CompletedTask;

        public Task RejectAsync(object? sender) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
