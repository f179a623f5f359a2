using Microsoft.Extensions.Hosting;
using OrderSystem.Aws;
using OrderSystem.Core;
using OrderSystem.Lambda;
using OrderSystem.ServiceDefaults;
using OrderSystem.WorkflowFunctions;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults("workflow");
builder.Services.AddOrders().AddAwsCloud(builder.Configuration).AddWorkflowFunctions(builder.Configuration)
    .BeforeFreeze<TelemetryFlush>((telemetry, cancellationToken) => telemetry.FlushAsync(cancellationToken));
await builder.Build().RunUntilStoppedAsync();
