using Microsoft.Extensions.Hosting;
using OrderSystem.Aws;
using OrderSystem.Core;
using OrderSystem.Processor;
using OrderSystem.ServiceDefaults;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults("processor");
builder.Services.AddOrders().AddAwsCloud(builder.Configuration).AddProcessorFunction(builder.Configuration);
await builder.Build().RunAsync();
