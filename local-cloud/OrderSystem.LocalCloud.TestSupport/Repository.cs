namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>The working copy of the repository in which this program was built.</summary>
public static class Repository
{
    private static readonly string[] Wings = ["", "local-cloud", "lab"];

    /// <summary>The folder that contains <c>OrderSystem.sln</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">No parent folder of the program contains
    /// <c>OrderSystem.sln</c>.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of the order system's template, which is deployed to AWS and also read by LocalCloud.</summary>
    public static string TemplatePath => Path.Combine(Root, "deploy", "template.yaml");

    /// <summary>Returns the path of a project's assembly, in the configuration in which this program was built.</summary>
    /// <param name="project">The name of the project, such as <c>OrderSystem.Api</c>.</param>
    /// <exception cref="DirectoryNotFoundException">No project has this name.</exception>
    public static string Assembly(string project)
    {
        var folder = Wings.Select(wing => Path.Combine(Root, wing, project)).FirstOrDefault(Directory.Exists)
            ?? throw new DirectoryNotFoundException($"{Root} has no project {project}.");
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(folder, "bin", framework.Parent!.Name, framework.Name, $"{project}.dll");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrderSystem.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"OrderSystem.sln was not found in any parent folder of {AppContext.BaseDirectory}. Run this program from a working copy of the repository.");
    }
}
