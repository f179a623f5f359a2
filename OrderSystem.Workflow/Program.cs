using Microsoft.Extensions.Hosting;
using OrderSystem.Aws;
using OrderSystem.Core;
using OrderSystem.ServiceDefaults;
using OrderSystem.Workflow;

var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults("workflow");
builder.Services.AddOrders().AddAwsCloud(builder.Configuration).AddWorkflowFunctions(builder.Configuration);
await builder.Build().RunAsync();
