using Microsoft.Extensions.DependencyInjection;

namespace OrderSystem.CrashTests.Faults;

/// <summary>Decorates the services that are registered in a service collection.</summary>
internal static class Decoration
{
    /// <summary>Decorates every registration of a service type, except for keyed services.</summary>
    public static void Decorate<T>(this IServiceCollection services, Func<T, IServiceProvider, T> around)
        where T : class
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: false } inner && inner.ServiceType == typeof(T))
                services[i] = ServiceDescriptor.Describe(typeof(T), provider => around((T)Create(inner, provider), provider), inner.Lifetime);
        }
    }

    private static object Create(ServiceDescriptor service, IServiceProvider provider) =>
        service.ImplementationInstance ?? service.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!);
}
