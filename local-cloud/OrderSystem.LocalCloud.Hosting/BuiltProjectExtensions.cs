using Aspire.Hosting.ApplicationModel;

#pragma warning disable IDE0130 // Aspire's convention: extensions of a builder are found without a using directive.
namespace Aspire.Hosting;

/// <summary>Starts an AppHost's projects from their built assemblies.</summary>
public static class BuiltProjectExtensions
{
    /// <summary>
    /// Starts every project of the AppHost from its built assembly, with <c>dotnet exec</c> instead of <c>dotnet run</c>. This saves
    /// an MSBuild evaluation and a process of 65 MB per project. The build of the AppHost has already built them. An IDE's
    /// debugger and <c>dotnet watch</c> still start projects in their own way.
    /// </summary>
    /// <param name="builder">The AppHost's builder.</param>
    public static IDistributedApplicationBuilder StartBuiltProjects(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var startsOtherwise = builder.ExecutionContext.IsPublishMode
            || !string.IsNullOrEmpty(builder.Configuration["DEBUG_SESSION_PORT"])
            || builder.Configuration["DOTNET_WATCH"] is "1" or "true";
        if (startsOtherwise)
            return builder;
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        if (builder.AppHostAssembly?.Location is { Length: > 0 } appHost)
            output = new FileInfo(appHost).Directory!;
        builder.Eventing.Subscribe<BeforeStartEvent>((starting, _) =>
        {
            foreach (var project in starting.Model.Resources.OfType<ProjectResource>())
                StartBuilt(project, output);
            return Task.CompletedTask;
        });
        return builder;
    }

    private static void StartBuilt(ProjectResource project, DirectoryInfo appHostOutput)
    {
        var path = project.GetProjectMetadata().ProjectPath;
        var folder = Path.GetDirectoryName(path)!;
        // bin/<configuration>/<framework>, both the same as the AppHost's.
        var assembly = Path.Combine(folder, "bin", appHostOutput.Parent!.Name, appHostOutput.Name, Path.GetFileNameWithoutExtension(path) + ".dll");
        if (!File.Exists(assembly))
            return;
        project.Annotations.Add(new ExecutableAnnotation { Command = "dotnet", WorkingDirectory = folder });
        project.Annotations.Insert(0, new CommandLineArgsCallbackAnnotation(arguments =>
        {
            arguments.Add("exec");
            arguments.Add(assembly);
        }));
    }
}
