using OrderSystem.AppHost;
using OrderSystem.AppHost.Standalone;
using OrderSystem.AppHost.Tools;

LoopbackProxy.Bypass();
return await AppHostOptions.CreateCommand(StandaloneAppHost.RunAsync).Parse(args).InvokeAsync(AppHostOptions.Invocation);
