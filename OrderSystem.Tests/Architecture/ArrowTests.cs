using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrderSystem.Tests.Architecture;

/// <summary>The project files contain exactly the references that docs/architecture.md draws as arrows.</summary>
public sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["ServiceDefaults"] = [],
        ["Lambda"] = ["ServiceDefaults"],
        ["Aws"] = ["Core", "ServiceDefaults"],
        ["Embedded"] = ["CloudFormation", "Core", "EventSources", "Sqlite", "StatesLanguage"],
        ["Api"] = ["Aws", "Core", "Embedded", "Lambda", "ServiceDefaults"],
        ["Processor"] = ["Aws", "Core", "Lambda", "ServiceDefaults"],
        ["WorkflowFunctions"] = ["Aws", "Core", "Lambda", "ServiceDefaults"],
        ["Dlq"] = ["DeadLetters", "EventSources"],
        ["AppHost"] = ["Api", "Dlq", "LocalCloud.Hosting", "Processor", "WorkflowFunctions"],
        ["Sqlite"] = [],
        ["StatesLanguage"] = [],
        ["EventSources"] = [],
        ["EventSources.Testing"] = ["EventSources"],
        ["CloudFormation"] = ["EventSources"],
        ["DeadLetters"] = ["EventSources"],
        ["LocalCloud"] = ["CloudFormation", "DeadLetters", "EventSources", "ServiceDefaults", "Sqlite", "StatesLanguage"],
        ["LocalCloud.Hosting"] = ["CloudFormation", "LocalCloud"],
    };

    private static readonly string[] MayReferenceAnything = ["Tests", "LocalCloud.Tests", "LocalCloud.TestSupport", "CrashTests", "Benchmarks", "Benchmarks.Peers"];

    [Fact]
    public void Projects_reference_only_what_the_architecture_page_allows()
    {
        var projects = Projects().Where(project => !MayReferenceAnything.Contains(NameOf(project))).ToList();
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(projects, project => Assert.Equal(
            Allowed[NameOf(project)],
            References(project, "ProjectReference").Select(NameOf).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_local_cloud_references_only_ServiceDefaults_of_the_order_system() => Assert.All(
        Projects().Where(project => Path.GetRelativePath(Repository.Root, project).StartsWith("local-cloud", StringComparison.Ordinal)),
        project => Assert.DoesNotContain(
            References(project, "ProjectReference").Select(reference => Path.GetFullPath(reference, Path.GetDirectoryName(project)!)),
            reference => !Path.GetRelativePath(Repository.Root, reference).StartsWith("local-cloud", StringComparison.Ordinal) && NameOf(reference) != "ServiceDefaults"));

    [Fact]
    public void Only_tests_reference_an_executable_as_a_library() => Assert.All(
        Projects().Where(project => NameOf(project) is not ("Tests" or "AppHost")),
        project => Assert.DoesNotContain(LibraryReferences(project), reference => NameOf(reference) is "AppHost" or "Processor" or "WorkflowFunctions" or "Api" or "Dlq"));

    [Fact]
    public void The_local_cloud_contains_no_order_specific_names() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "local-cloud"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains(".Test", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)),
        file => Assert.DoesNotMatch(OrderNames(), File.ReadAllText(file)));

    [Fact]
    public void Handlers_call_the_gateway_after_a_commit_and_stay_in_their_unit_of_work()
    {
        var constructors = typeof(OrderSystem.Core.CoreServices).Assembly.GetTypes().SelectMany(type => type.GetConstructors());
        Assert.Equal(
            [nameof(OrderSystem.Core.Payments.PaymentGateway)],
            constructors.Where(constructor =>
                constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(OrderSystem.Core.Payments.IPaymentGateway)))
                    .Select(constructor => constructor.DeclaringType!.Name));
        var core = Projects().Single(project => NameOf(project) == "Core");
        Assert.Contains("../eng/BannedSymbols.Core.txt", References(core, "AdditionalFiles"));
    }

    [Fact]
    public void No_project_includes_files_of_a_test_project() => Assert.All(
        Projects(),
        project => Assert.DoesNotContain(
            new[] { "Compile", "Content", "None", "EmbeddedResource" }.SelectMany(item => References(project, item)),
            file => file.Contains("../", StringComparison.Ordinal) && file.Contains("Tests/", StringComparison.Ordinal)));

    [Fact]
    public void The_architecture_page_shows_every_allowed_reference()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));
        var drawn = page[page.IndexOf("```mermaid", StringComparison.Ordinal)..];
        drawn = drawn[..drawn.IndexOf("```", 10, StringComparison.Ordinal)];
        var arrows = drawn.Split('\n').Select(line => line.Split("-->")).Where(parts => parts.Length == 2)
            .SelectMany(parts => parts[1].Split('&').Select(to => (From: Full(parts[0]), To: Full(to))))
            .ToHashSet();
        Assert.Equal(Allowed.SelectMany(project => project.Value.Select(to => (From: project.Key, To: to))).Order(), arrows.Order());
    }

    [GeneratedRegex("\\b[Oo]rderIds?\\b|\"Orders\"|[Pp]aymentToken|ByStatus", RegexOptions.NonBacktracking)]
    private static partial Regex OrderNames();

    private static string Full(string node) => node.Trim().Split('[')[0] switch
    {
        "Hosting" => "LocalCloud.Hosting",
        "Testing" => "EventSources.Testing",
        var name => name,
    };

    private static IEnumerable<string> Projects() => new[] { "", "local-cloud", "lab" }
        .SelectMany(wing => Directory.EnumerateDirectories(Path.Combine(Repository.Root, wing), "OrderSystem.*"))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"));

    private static IEnumerable<string> References(string project, string item) =>
        XDocument.Load(project).Descendants(item).Select(reference => ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/'));

    private static IEnumerable<string> LibraryReferences(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
        .Select(reference => (string?)reference.Attribute("Include") ?? "");

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["OrderSystem.".Length..];
}
