using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>An empty local cloud on a free port.</summary>
public sealed class LocalCloudFixture : IAsyncLifetime
{
    private LocalCloudHost? _host;

    /// <summary>The running host.</summary>
    public LocalCloudHost Host => _host!;

    /// <summary>A client for the host's address. The client's timeout is long enough for long polls.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Creates a function and returns its name.</summary>
    public string CreateFunction(int timeoutSeconds = 30, int? reservedConcurrency = null, string? handler = null)
    {
        var name = $"function-{Guid.NewGuid():N}";
        Host.Services.GetRequiredService<FunctionRegistry>().CreateOrUpdate(new FunctionConfiguration
        {
            Name = name,
            Handler = handler ?? $"Handler{name}",
            Timeout = TimeSpan.FromSeconds(timeoutSeconds),
            ReservedConcurrency = reservedConcurrency,
        });
        return name;
    }

    public async ValueTask InitializeAsync()
    {
        // Use a DynamoDB endpoint on which nothing listens, so that a DynamoDB Local that another program has started does not
        // affect the tests.
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = new Uri("http://127.0.0.1:1") };
        _host = await LocalCloudHost.StartAsync(options, TestContext.Current.CancellationToken);
        Client = new HttpClient { BaseAddress = _host.Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host!.DisposeAsync();
    }
}
