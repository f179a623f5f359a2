using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.StepFunctions.Activities;
using OrderSystem.LocalCloud.StepFunctions.Callbacks;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.LocalCloud.StepFunctions.Storage;
using OrderSystem.LocalCloud.StepFunctions.TestState;

namespace OrderSystem.LocalCloud.StepFunctions;

internal static class StepFunctionsServices
{
    public static IServiceCollection AddStepFunctions(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<LocalCloudOptions>().MockConfigurationPath is { } path ? MockConfiguration.Load(path) : MockConfiguration.Empty);
        services.AddSingleton<StepFunctionsDatabaseProvider>();
        services.AddSingleton<ResourceStore>();
        services.AddSingleton<TaskCallbacks>();
        services.AddSingleton<ActivityRegistry>();
        services.AddSingleton<IServiceIntegration, LambdaIntegration>();
        services.AddSingleton<IServiceIntegration, ActivityIntegration>();
        services.AddSingleton<IServiceIntegration, SqsIntegration>();
        services.AddSingleton<IServiceIntegration, DynamoDbIntegration>();
        services.AddSingleton<IServiceIntegration, StepFunctionsIntegration>();
        services.AddSingleton<TaskIntegrations>();
        services.AddSingleton<StateMachineRegistry>();
        services.AddSingleton<LocalObjects>();
        services.AddSingleton<MapRunStore>();
        services.AddSingleton<MapRunner>();
        services.AddSingleton<IStepFunctionsOperations, MapRunOperations>();
        services.AddSingleton<ExecutionStore>();
        services.AddSingleton<ExecutionEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<ExecutionEngine>());
        services.AddSingleton<IStepFunctionsOperations, StateMachineOperations>();
        services.AddSingleton<IStepFunctionsOperations, ValidationOperations>();
        services.AddSingleton<IStepFunctionsOperations, TestStateOperations>();
        services.AddSingleton<IStepFunctionsOperations, VersionOperations>();
        services.AddSingleton<IStepFunctionsOperations, AliasOperations>();
        services.AddSingleton<IStepFunctionsOperations, TagOperations>();
        services.AddSingleton<IStepFunctionsOperations, ExecutionOperations>();
        services.AddSingleton<StartOperations>();
        // The engine is registered as Lazy to break a dependency cycle: the engine needs all integrations, and the Step Functions
        // integration needs the engine to start child executions.
        services.AddSingleton(provider => new Lazy<ExecutionEngine>(provider.GetRequiredService<ExecutionEngine>));
        services.AddSingleton(provider => new Lazy<StartOperations>(provider.GetRequiredService<StartOperations>));
        services.AddSingleton<IStepFunctionsOperations>(provider => provider.GetRequiredService<StartOperations>());
        services.AddSingleton<IStepFunctionsOperations, ActivityOperations>();
        services.AddSingleton<IStepFunctionsOperations, CallbackOperations>();
        services.AddSingleton<IAwsJsonService, StepFunctionsService>();
        return services;
    }
}
