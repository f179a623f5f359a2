using Aspire.Hosting.ApplicationModel;

#pragma warning disable IDE0130 // Aspire's convention: builder extensions are in a namespace that AppHosts import implicitly.
namespace Aspire.Hosting;

/// <summary>Starts an AppHost's projects from their built assemblies.</summary>
public static class BuiltProjectExtensions
{
    /// <summary>
    /// Starts every project of the AppHost from its built assembly, with <c>dotnet exec</c> instead of
    /// <c>dotnet run</c>. For each project, this saves an MSBuild evaluation and a <c>dotnet run</c> process that uses
    /// 65 MB of memory. The assemblies exist because building the AppHost also builds its projects. An IDE's debugger
    /// and <c>dotnet watch</c> still start projects in their own way.
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
        builder.Eventing.Subscribe<BeforeStartEvent>((starting, _) =>
        {
            foreach (var project in starting.Model.Resources.OfType<ProjectResource>())
                StartBuilt(project, AssemblyOf(project.GetProjectMetadata(), builder));
            return Task.CompletedTask;
        });
        return builder;
    }

    /// <summary>
    /// Returns the path of a project's assembly, in <c>bin/CONFIGURATION/FRAMEWORK</c> of the project. The
    /// configuration and the target framework are those of the AppHost.
    /// </summary>
    internal static string AssemblyOf(IProjectMetadata project, IDistributedApplicationBuilder builder)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        if (builder.AppHostAssembly?.Location is { Length: > 0 } appHost)
            output = new FileInfo(appHost).Directory!;
        return Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "bin", output.Parent!.Name, output.Name, Path.GetFileNameWithoutExtension(project.ProjectPath) + ".dll");
    }

    private static void StartBuilt(ProjectResource project, string assembly)
    {

        if (!File.Exists(assembly))
            return;
        project.Annotations.Add(new ExecutableAnnotation { Command = "dotnet", WorkingDirectory = Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath)! });
        project.Annotations.Insert(0, new CommandLineArgsCallbackAnnotation(arguments =>
        {
            arguments.Add("exec");
            arguments.Add(assembly);
        }));
    }
}
