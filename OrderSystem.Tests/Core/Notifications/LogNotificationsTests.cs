using Microsoft.Extensions.Logging;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Core.Notifications;

public sealed class LogNotificationsTests : NotificationsContract, IDisposable
{
    private readonly RecordingLogger _log = new();
    private readonly LoggerFactory _loggers = new();

    public LogNotificationsTests()
    {
        _loggers.AddProvider(new Recording(_log));
        Notifications = new LogNotifications(_loggers.CreateLogger<LogNotifications>());
    }

    protected override INotifications Notifications { get; }

    public void Dispose() => _loggers.Dispose();

    protected override int Told(Order order) => _log.Entries.Count(entry =>
        entry.Message.Contains(order.OrderId, StringComparison.Ordinal) && entry.Message.Contains(order.CustomerId, StringComparison.Ordinal));

    private sealed class Recording(RecordingLogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
