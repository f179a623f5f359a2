using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Intrinsics;

public sealed class IntrinsicFunctionTests
{
    [Theory]
    [InlineData("States.Format('{} is {}', $.name, $.n)", "\"Ada is 3\"")]
    [InlineData("States.Format('{}', $.o)", "\"{a=1, b=[x, {c=null}]}\"")]
    [InlineData(@"States.Format('\{\} {}', $.name)", "\"{} Ada\"")]
    [InlineData("States.StringToJson('{\"a\":[1]}')", "{\"a\":[1]}")]
    [InlineData("States.StringToJson('  ')", "null")]
    [InlineData("States.JsonToString($.o)", "\"{\\\"a\\\":1,\\\"b\\\":[\\\"x\\\",{\\\"c\\\":null}]}\"")]
    [InlineData("States.Array($.n, 'x', true, null)", "[3,\"x\",true,null]")]
    [InlineData("States.ArrayPartition($.list, 2)", "[[1,2],[2,3]]")]
    [InlineData("States.ArrayContains($.list, 3)", "true")]
    [InlineData("States.ArrayRange(1, 9, 3)", "[1,4,7]")]
    [InlineData("States.ArrayRange(3, 1, -1)", "[3,2,1]")]
    [InlineData("States.ArrayRange(3, 1, 1)", "[]")]
    [InlineData("States.ArrayRange(1, 0, 5)", "[]")]
    [InlineData("States.ArrayRange(9223372036854775806, 9223372036854775807, 1)", "[9223372036854775806,9223372036854775807]")]
    [InlineData("States.ArrayRange(-9223372036854775808, 9223372036854775807, 9223372036854775807)", "[-9223372036854775808,-1,9223372036854775806]")]
    [InlineData("States.ArrayGetItem($.list, 3)", "3")]
    [InlineData("States.ArrayLength($.list)", "4")]
    [InlineData("States.ArrayUnique($.list)", "[1,2,3]")]
    [InlineData("States.Base64Encode('Data')", "\"RGF0YQ==\"")]
    [InlineData("States.Base64Decode('RGF0YQ==')", "\"Data\"")]
    [InlineData("States.Hash('input data', 'SHA-1')", "\"aaff4a450a104cd177d28d18d74485e8cae074b7\"")]
    [InlineData("States.JsonMerge($.o, $.p, false)", "{\"a\":2,\"b\":[\"x\",{\"c\":null}],\"z\":0}")]
    [InlineData("States.MathAdd(1.49, 1.5)", "3")]
    [InlineData("States.MathAdd(-1.5, 0)", "-1")]
    [InlineData("States.StringSplit('a.b-c..d', '.-')", "[\"a\",\"b\",\"c\",\"d\"]")]
    [InlineData("States.MathAdd(States.ArrayLength($.list), -1)", "3")]
    public async Task Intrinsic_functions_return_the_same_results_as_in_AWS(string call, string expected)
    {
        var result = await Run.Of(Machine(call), """{"name":"Ada","n":3,"list":[1,2,2,3],"o":{"a":1,"b":["x",{"c":null}]},"p":{"a":2,"z":0}}""");
        Assert.Null(result.Cause);
        Assert.Equal(Run.Json($$"""{"r":{{expected}}}"""), result.Output);
    }

    [Theory]
    [InlineData("States.ArrayGetItem($.list, 4)")]
    [InlineData("States.ArrayPartition($.list, 0)")]
    [InlineData("States.ArrayRange(0, 100000, 1)")]
    [InlineData("States.ArrayRange(-9223372036854775807, 9223372036854775807, 1)")]
    [InlineData("States.ArrayRange(9223372036854775807, -9223372036854775808, -1)")]
    [InlineData("States.StringToJson('{')")]
    [InlineData("States.Base64Decode('?')")]
    [InlineData("States.Hash('x', 'CRC')")]
    [InlineData("States.Format('{} {}', 'x')")]
    public async Task Invalid_arguments_fail_with_States_IntrinsicFailure(string call)
    {
        var result = await Run.Of(Machine(call), """{"list":[1]}""");
        Assert.Equal("States.IntrinsicFailure", result.Error);
    }

    [Theory]
    [InlineData("States.Nothing()")]
    [InlineData("States.Format()")]
    [InlineData("States.MathAdd(1, 'x')")]
    [InlineData("States.Format('{}', $.a")]
    [InlineData(@"States.Format('\""')")]
    public void Text_that_is_not_a_valid_call_is_refused(string call)
    {
        Assert.Throws<DefinitionException>(() => StateMachine.Parse("machine", Machine(call)));
    }

    [Fact]
    public async Task Random_values_are_in_range_and_UUIDs_are_random()
    {
        var result = await Run.Of("""{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"n.$":"States.MathRandom(5, 7)","id.$":"States.UUID()"},"End":true}}}""");
        Assert.Matches("""^\{"n":[56],"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$""", result.Output!.ToJsonString());
    }

    private static string Machine(string call) =>
        """{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"r.$":CALL},"End":true}}}"""
            .Replace("CALL", new OrderSystem.StatesLanguage.Json.StatesString(call).ToJsonString(), StringComparison.Ordinal);
}
