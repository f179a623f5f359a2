using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderSystem.CrashTests.Outside;

/// <summary>An HTTP server on its own port that simulates an external service.</summary>
internal abstract class LoopbackServer(WebApplication app) : IAsyncDisposable
{
    /// <summary>The address of the server.</summary>
    public Uri Address => new(app.Urls.Single());

    public ValueTask DisposeAsync() => app.DisposeAsync();

    protected static async Task<T> StartAsync<T>(Func<WebApplication, T> create, CancellationToken cancellationToken)
        where T : LoopbackServer
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = create(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    protected abstract Task AnswerAsync(HttpContext context);
}
