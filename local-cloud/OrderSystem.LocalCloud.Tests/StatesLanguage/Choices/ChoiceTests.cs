namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Choices;

public sealed class ChoiceTests
{
    [Theory]
    [InlineData("\"NumericGreaterThan\":10", "11", true)]
    [InlineData("\"NumericGreaterThan\":10", "10", false)]
    [InlineData("\"NumericEquals\":1", "1.0", true)]
    [InlineData("\"NumericEquals\":1", "\"1\"", false)]
    [InlineData("\"NumericLessThanEqualsPath\":\"$.limit\"", "7", true)]
    [InlineData("\"StringEquals\":\"a\"", "\"a\"", true)]
    [InlineData("\"StringLessThan\":\"b\"", "\"a\"", true)]
    [InlineData("\"StringMatches\":\"log-*.txt\"", "\"log-1.txt\"", true)]
    [InlineData("\"StringMatches\":\"a\\\\*b\"", "\"a*b\"", true)]
    [InlineData("\"StringMatches\":\"a\\\\*b\"", "\"axb\"", false)]
    [InlineData("\"BooleanEquals\":true", "true", true)]
    [InlineData("\"IsNull\":true", "null", true)]
    [InlineData("\"IsNumeric\":false", "\"x\"", true)]
    [InlineData("\"IsTimestamp\":true", "\"2026-01-01T00:00:00Z\"", true)]
    [InlineData("\"IsTimestamp\":true", "\"2026-01-01\"", false)]
    [InlineData("\"TimestampGreaterThan\":\"2026-01-01T00:00:00Z\"", "\"2026-01-01T01:00:00+00:30\"", true)]
    [InlineData("\"IsPresent\":true", "1", true)]
    public async Task A_comparison_operator_matches_as_specified(string comparison, string value, bool expected)
    {
        var definition = Machine($$"""{"Variable":"$.v",{{comparison}},"Next":"Yes"}""");
        var result = await Run.Of(definition, $$"""{"v":{{value}},"limit":7}""");
        Assert.Equal(Run.Json(expected ? "true" : "false"), result.Output);
    }

    [Theory]
    [InlineData("""{"And":[{"Variable":"$.a","IsPresent":true},{"Variable":"$.a","NumericEquals":1}]}""", true)]
    [InlineData("""{"Or":[{"Variable":"$.a","NumericEquals":2},{"Not":{"Variable":"$.b","IsPresent":true}}]}""", true)]
    [InlineData("""{"Not":{"Variable":"$.a","IsPresent":true}}""", false)]
    public async Task And_Or_and_Not_combine_comparisons(string rule, bool expected)
    {
        var definition = Machine(rule[..^1] + ""","Next":"Yes"}""");
        Assert.Equal(Run.Json(expected ? "true" : "false"), (await Run.Of(definition, """{"a":1}""")).Output);
    }

    [Fact]
    public async Task Without_a_matching_rule_or_a_default_the_execution_fails()
    {
        var result = await Run.Of("""{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"D"}]},"D":{"Type":"Succeed"}}}""", """{"a":1}""");
        Assert.Equal("States.NoChoiceMatched", result.Error);
    }

    [Fact]
    public async Task The_matching_rule_assigns_variables_and_sets_the_output()
    {
        var definition = """
            {"QueryLanguage":"JSONata","StartAt":"C","States":{
                "C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.n > 1 %}","Assign":{"big":true},"Output":{"twice":"{% $states.input.n * 2 %}"},"Next":"D"}],"Default":"D"},
                "D":{"Type":"Pass","Output":{"big":"{% $big %}","twice":"{% $states.input.twice %}"},"End":true}}}
            """;
        Assert.Equal(Run.Json("""{"big":true,"twice":6}"""), (await Run.Of(definition, """{"n":3}""")).Output);
    }

    private static string Machine(string rule) => """
        {"StartAt":"C","States":{
            "C":{"Type":"Choice","Choices":[RULE],"Default":"No"},
            "Yes":{"Type":"Pass","Result":true,"End":true},"No":{"Type":"Pass","Result":false,"End":true}}}
        """.Replace("RULE", rule, StringComparison.Ordinal);
}
