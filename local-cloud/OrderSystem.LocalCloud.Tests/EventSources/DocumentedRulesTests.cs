using System.Reflection;
using System.Text.RegularExpressions;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>Checks that every test named in the table of rules in <c>docs/event-source-mapping.md</c> exists.</summary>
public partial class DocumentedRulesTests
{
    [Fact]
    public void Every_documented_rule_names_an_existing_test()
    {
        var rules = Rules();
        Assert.True(rules.Count >= 60);
        Assert.Equal(Enumerable.Range(1, rules.Count), rules.Select(rule => rule.Number));
        Assert.Empty(rules.Where(rule => !IsTest(rule.Class, rule.Method)).Select(rule => $"{rule.Number}: {rule.Class}.{rule.Method}"));
    }

    private static bool IsTest(string className, string method) => typeof(DocumentedRulesTests).Assembly.GetTypes()
        .Where(type => type.Name == className)
        .Any(type => type.GetMethod(method)?.GetCustomAttributes().Any(attribute => attribute is FactAttribute) == true);

    private static List<(int Number, string Class, string Method)> Rules() =>
        [.. File.ReadLines(PagePath())
            .Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => (int.Parse(row.Groups["number"].Value), row.Groups["class"].Value, row.Groups["method"].Value))];

    private static string PagePath() => Path.Combine(Repository.Root, "docs", "event-source-mapping.md");

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*\| `(?<class>\w+)\.(?<method>\w+)` \|$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
