using Amazon.Runtime;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Aws.StepFunctions;

/// <summary>Starts executions of the order workflow's state machine.</summary>
internal sealed class StepFunctionsWorkflowStarter(StepFunctionsClient client, string stateMachineArn) : IWorkflowStarter
{
    /// <inheritdoc />
    public Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken) => StoreCall.RunAsync("The workflow service (Step Functions)", async () =>
    {
        try
        {
            await client.StartExecutionAsync(new StartExecutionRequest(new StartExecutionInput(stateMachineArn, name, input)), cancellationToken);
            return true;
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "ExecutionAlreadyExists")
        {
            // An execution with this name has already ended, or is running with a different input.
            var arn = $"{stateMachineArn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";
            var execution = await client.DescribeExecutionAsync(new DescribeExecutionRequest(arn), cancellationToken);
            return execution.Input == input ? false
                : throw new WorkflowConflictException($"Execution {name} already exists with a different input: another order with this id was processed before.");
        }
    });
}
