using OrderSystem.AppHost;
using OrderSystem.AppHost.Standalone;

return await AppHostOptions.CreateCommand(StandaloneAppHost.RunAsync).Parse(args).InvokeAsync(AppHostOptions.Invocation);
