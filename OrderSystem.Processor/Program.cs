using Microsoft.Extensions.Hosting;
using OrderSystem.Aws;
using OrderSystem.Core;
using OrderSystem.Lambda;
using OrderSystem.Processor;
using OrderSystem.ServiceDefaults;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults("processor");
builder.Services.AddOrders().AddAwsCloud(builder.Configuration).AddProcessorFunction(builder.Configuration)
    .BeforeFreeze<TelemetryFlush>((telemetry, cancellationToken) => telemetry.FlushAsync(cancellationToken));
await builder.Build().RunUntilStoppedAsync();
