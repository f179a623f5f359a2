using System.Collections.Frozen;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>
/// The actions with an optimized integration, and the patterns that each supports. AWS Step Functions Developer Guide:
/// "Integrating optimized services with Step Functions".
/// </summary>
internal static class OptimizedIntegrations
{
    private const string Sync = ".sync", Sync2 = ".sync:2", Callback = ".waitForTaskToken";

    private static readonly FrozenSet<string> Services;
    private static readonly FrozenSet<string> Actions;

    static OptimizedIntegrations()
    {
        (string Action, string[] Patterns)[] integrations =
        [
            ("apigateway:invoke", [Callback]),
            ("athena:startQueryExecution", [Sync]), ("athena:stopQueryExecution", []), ("athena:getQueryExecution", []), ("athena:getQueryResults", []),
            ("batch:submitJob", [Sync]),
            ("bedrock:invokeModel", []), ("bedrock:createModelCustomizationJob", [Sync]),
            ("codebuild:startBuild", [Sync]), ("codebuild:stopBuild", []), ("codebuild:batchDeleteBuilds", []), ("codebuild:batchGetReports", []),
            ("codebuild:startBuildBatch", [Sync]), ("codebuild:stopBuildBatch", []), ("codebuild:retryBuildBatch", [Sync]), ("codebuild:deleteBuildBatch", []),
            ("databrew:startJobRun", [Sync]),
            ("dynamodb:getItem", []), ("dynamodb:putItem", []), ("dynamodb:updateItem", []), ("dynamodb:deleteItem", []),
            ("ecs:runTask", [Sync, Callback]),
            ("eks:call", []), ("eks:runJob", [Sync]), ("eks:createCluster", [Sync]), ("eks:deleteCluster", [Sync]),
            ("eks:createNodegroup", [Sync]), ("eks:deleteNodegroup", [Sync]), ("eks:createFargateProfile", [Sync]), ("eks:deleteFargateProfile", [Sync]),
            ("elasticmapreduce:createCluster", [Sync]), ("elasticmapreduce:terminateCluster", [Sync]), ("elasticmapreduce:addStep", [Sync]), ("elasticmapreduce:cancelStep", []),
            ("elasticmapreduce:setClusterTerminationProtection", []), ("elasticmapreduce:modifyInstanceFleetByName", []), ("elasticmapreduce:modifyInstanceGroupByName", []),
            ("emr-containers:createVirtualCluster", []), ("emr-containers:deleteVirtualCluster", [Sync]), ("emr-containers:startJobRun", [Sync]),
            ("emr-serverless:createApplication", [Sync]), ("emr-serverless:startApplication", [Sync]), ("emr-serverless:stopApplication", [Sync]),
            ("emr-serverless:deleteApplication", [Sync]), ("emr-serverless:startJobRun", [Sync]), ("emr-serverless:cancelJobRun", [Sync]),
            ("events:putEvents", [Callback]),
            ("glue:startJobRun", [Sync]),
            ("http:invoke", []),
            ("lambda:invoke", [Callback]),
            ("mediaconvert:createJob", [Sync]),
            ("sagemaker:createEndpoint", []), ("sagemaker:createEndpointConfig", []), ("sagemaker:createModel", []), ("sagemaker:updateEndpoint", []),
            ("sagemaker:createHyperParameterTuningJob", [Sync]), ("sagemaker:createLabelingJob", [Sync]), ("sagemaker:createProcessingJob", [Sync]),
            ("sagemaker:createTrainingJob", [Sync]), ("sagemaker:createTransformJob", [Sync]),
            ("sns:publish", [Callback]),
            ("sqs:sendMessage", [Callback]),
            ("states:startExecution", [Sync, Sync2, Callback]),
        ];
        Services = integrations.Select(integration => integration.Action.Split(':')[0]).ToFrozenSet(StringComparer.Ordinal);
        Actions = integrations.SelectMany(integration => integration.Patterns.Append(""), (integration, pattern) => integration.Action + pattern).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether the resource names an existing integration. All AWS SDK integrations are accepted, except with
    /// <c>.sync</c>. A resource that is not a Step Functions ARN, such as a placeholder, is accepted too.
    /// </summary>
    public static bool Accepts(TaskResource resource)
    {
        if (resource.Service.StartsWith("aws-sdk:", StringComparison.Ordinal))
            return resource.Pattern != IntegrationPattern.RunJob;
        return Services.Contains(resource.Service) || resource.Arn.Split(':') is ["arn", _, "states", ..]
            ? Actions.Contains($"{resource.Service}:{resource.Action}")
            : true;
    }
}
