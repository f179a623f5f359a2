using System.Diagnostics;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// Decorates the ports of the program into which this assembly is loaded. To do so, this class subscribes to an event that
/// .NET hosts raise while they are built. <c>WebApplicationFactory</c> uses the same event.
/// </summary>
internal static class FaultyHost
{
    private const string HostListener = "Microsoft.Extensions.Hosting";
    private const string HostBuilding = "HostBuilding";

    /// <summary>Subscribes to the creation of the program's host.</summary>
    public static void Install()
    {
        Signals.OutliveFileLimit();
        // Fault injection refers to the interfaces of all programs. Their assemblies are not in the folder of a program that does
        // not use them, so resolve those assemblies from this assembly's folder.
        var folder = Path.GetDirectoryName(typeof(FaultyHost).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
        {
            if (listener.Name == HostListener)
                listener.Subscribe(new Observer<KeyValuePair<string, object?>>(Hear), name => name == HostBuilding);
        }));
    }

    private static void Hear(KeyValuePair<string, object?> announcement)
    {
        if (announcement is { Key: HostBuilding, Value: IHostBuilder builder })
            builder.ConfigureServices(Decorate);
    }

    private static void Decorate(IServiceCollection services)
    {
        if (HurriedTimeProvider.FromEnvironment() is { } clock)
            services.Decorate<TimeProvider>((_, _) => clock);
        if (Environment.GetEnvironmentVariable(FaultFolder.Variable) is not { Length: > 0 } folder)
            return;
        services.AddSingleton(new FaultInjector(new FaultFolder(folder)));
        FaultyPorts.Decorate(services);
    }

    private sealed class Observer<T>(Action<T> next) : IObserver<T>
    {
        public void OnNext(T value) => next(value);

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
