using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace OrderSystem.Aws.StepFunctions;

/// <summary>
/// The configuration of <see cref="StepFunctionsClient"/>. The region and the endpoint are configured as for
/// every other AWS client.
/// </summary>
internal sealed class StepFunctionsConfig : ClientConfig
{
    public StepFunctionsConfig()
        : base(new DefaultConfigurationProvider([new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard }]))
    {
        ServiceId = "SFN";
        AuthenticationServiceName = "states";
        EndpointProvider = new StepFunctionsEndpoints();
    }

    public override string RegionEndpointServiceName => "states";

    public override string ServiceVersion => "2016-11-23";

    public override string UserAgent => "order-system";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        new(ServiceURL ?? StepFunctionsEndpoints.Regional(RegionEndpoint));
}

/// <summary>
/// Resolves the configured endpoint (<c>AWS_ENDPOINT_URL_SFN</c>, <c>AWS_ENDPOINT_URL</c>) if there is one, otherwise the
/// regional endpoint.
/// </summary>
internal sealed class StepFunctionsEndpoints : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters) =>
        new(parameters["Endpoint"] as string ?? Regional(Amazon.RegionEndpoint.GetBySystemName((string)parameters["Region"])));

    public static string Regional(Amazon.RegionEndpoint region) => $"https://states.{region.SystemName}.{region.PartitionDnsSuffix}";
}

/// <summary>Passes the configured endpoint and region to <see cref="StepFunctionsEndpoints"/>.</summary>
internal sealed class StepFunctionsEndpointResolver : BaseEndpointResolver
{
    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        return new EndpointParameters
        {
            ["Endpoint"] = config.ServiceURL,
            ["Region"] = requestContext.Request.AlternateEndpoint?.SystemName ?? config.RegionEndpoint?.SystemName ?? config.AuthenticationRegion,
        };
    }
}
