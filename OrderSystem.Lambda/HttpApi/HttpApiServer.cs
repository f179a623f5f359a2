using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>
/// An ASP.NET Core server that receives requests as Lambda events. The application and its middleware are the same as
/// on Kestrel.
/// </summary>
/// <remarks>This server is used instead of the package Amazon.Lambda.AspNetCoreServer.</remarks>
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

    /// <summary>Serves one request. Requests that arrive before the application has started wait for the start.</summary>
    /// <param name="request">The request, as an event from API Gateway.</param>
    /// <param name="deadline">Aborts the request at the function's deadline.</param>
    /// <returns>The response; 500 if the application threw an exception.</returns>
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
        await response.FireCompletedAsync(e => Log.CompletedCallbackFailed(logger, e, http.Method, request.RawPath));
        return response.ToResponse(withoutBody: HttpMethods.IsHead(http.Method));
    }
}
