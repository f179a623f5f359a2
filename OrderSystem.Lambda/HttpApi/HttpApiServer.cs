using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>
/// ASP.NET Core's server where requests come as events: the application behind it, middleware and all, is the one that
/// runs on Kestrel at a desk.
/// </summary>
/// <remarks>Stands where Amazon.Lambda.AspNetCoreServer would.</remarks>
public sealed class HttpApiServer(ILogger<HttpApiServer> logger) : IServer
{
    private readonly TaskCompletionSource<Func<FeatureCollection, Task>> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc />
    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc />
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _application.SetResult(async features =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            }
            catch (Exception e)
            {
                application.DisposeContext(context, e);
                throw;
            }
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
    }

    /// <summary>Serves one request; events that come before the application is up wait for it.</summary>
    /// <param name="request">The event.</param>
    /// <param name="deadline">Aborts the request at the function's deadline.</param>
    /// <returns>The answer; 500 where the application threw.</returns>
    public async Task<HttpApiResponse> InvokeAsync(HttpApiRequest request, CancellationToken deadline)
    {
        var application = await _application.Task.WaitAsync(deadline);
        var features = RequestFeatures.From(request, deadline);
        using var response = new ResponseFeature();
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        try
        {
            await application(features);
            await response.CompleteAsync();
        }
        catch (Exception e)
        {
            Log.RequestFailed(logger, e, request.RequestContext.Http.Method, request.RawPath);
            response.Fail();
        }

        var http = request.RequestContext.Http;
        await response.FireCompletedAsync(e => Log.RequestFailed(logger, e, http.Method, request.RawPath));
        return response.ToResponse(withoutBody: HttpMethods.IsHead(http.Method));
    }
}
