using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>Serves a web application as a function behind an HTTP API.</summary>
public static class HttpApiServices
{
    /// <summary>
    /// Replaces Kestrel with <see cref="HttpApiServer"/> if <c>AWS_LAMBDA_RUNTIME_API</c> is set, as it is in AWS.
    /// Otherwise does nothing.
    /// </summary>
    /// <param name="services">The web application's services.</param>
    /// <param name="configuration">The configuration with <c>AWS_LAMBDA_RUNTIME_API</c> and <c>_HANDLER</c>.</param>
    /// <param name="handler">The function's <c>Handler</c> in the template.</param>
    public static IServiceCollection AddHttpApi(this IServiceCollection services, IConfiguration configuration, string handler)
    {
        if (string.IsNullOrEmpty(configuration["AWS_LAMBDA_RUNTIME_API"]))
            return services;
        services.AddSingleton<HttpApiServer>();
        services.AddSingleton<IServer>(provider => provider.GetRequiredService<HttpApiServer>());
        return services.AddLambda(configuration).AddFunction(
            handler,
            "http",
            HttpApiJson.Default.HttpApiRequest,
            HttpApiJson.Answer.HttpApiResponse,
            (request, context, deadline) => context.Services.GetRequiredService<HttpApiServer>().InvokeAsync(request, deadline));
    }
}
