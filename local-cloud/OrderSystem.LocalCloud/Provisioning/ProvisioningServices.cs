using OrderSystem.LocalCloud.Provisioning.Resources;

namespace OrderSystem.LocalCloud.Provisioning;

internal static class ProvisioningServices
{
    public static IServiceCollection AddProvisioning(this IServiceCollection services)
    {
        services.AddSingleton<StackProvisioner>();
        services.AddSingleton<IResourceProvisioner, TableProvisioner>();
        services.AddSingleton<IResourceProvisioner, QueueProvisioner>();
        services.AddSingleton<IResourceProvisioner, FunctionProvisioner>();
        services.AddSingleton<IResourceProvisioner, VersionProvisioner>();
        services.AddSingleton<IResourceProvisioner, AliasProvisioner>();
        services.AddSingleton<IResourceProvisioner, EventInvokeConfigProvisioner>();
        services.AddSingleton<IResourceProvisioner, EventSourceMappingProvisioner>();
        services.AddSingleton<IResourceProvisioner, StateMachineProvisioner>();
        return services;
    }
}
