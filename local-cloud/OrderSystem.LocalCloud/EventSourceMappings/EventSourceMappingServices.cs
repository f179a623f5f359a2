using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.LocalCloud.EventSourceMappings;

internal static class EventSourceMappingServices
{
    public static IServiceCollection AddEventSourceMappings(this IServiceCollection services)
    {
        services.AddSingleton<ICheckpointStore>(provider => provider.GetRequiredService<LocalCloudOptions>().DataDirectory is { } data
            ? new JournalCheckpointStore(Path.Combine(data, "event-source-mappings"))
            : new InMemoryCheckpointStore());
        services.AddSingleton(StreamEventSource.Factory);
        services.AddSingleton<QuietShards>();
        services.AddSingleton<MappingRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<MappingRegistry>());
        services.AddSingleton<MappingApi>();
        return services;
    }

    public static void MapEventSourceMappings(this IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetRequiredService<MappingApi>().Map(endpoints);
}
