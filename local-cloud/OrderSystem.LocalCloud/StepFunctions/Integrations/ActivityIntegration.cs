using OrderSystem.LocalCloud.StepFunctions.Activities;
using OrderSystem.LocalCloud.StepFunctions.Callbacks;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Runs activity tasks, by offering them to the workers that poll the activity.</summary>
internal sealed class ActivityIntegration(ActivityRegistry activities, TaskCallbacks callbacks) : IServiceIntegration
{
    public string Service => "activity";

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) => new(StatesValue.Null);

    public async ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken)
    {
        var activity = activities.Find(request.Resource.Arn)
            ?? throw new StatesErrorException(StatesErrors.Runtime, $"The activity {request.Resource.Arn} does not exist.");
        await callbacks.ExpectAsync(request);
        if (!request.IsStarted)
            activity.Offer(request);
        try
        {
            return await callbacks.CompletionAsync(request, cancellationToken);
        }
        finally
        {
            activity.Withdraw(request);
        }
    }
}
