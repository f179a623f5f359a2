using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Json;

public sealed class JsonValueTests
{
    [Theory]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("12345678901234567890123")]
    [InlineData("0.1")]
    [InlineData("{\"a\":[1,2.50,null,true,\"é\\n\"],\"b\":{}}")]
    public void JSON_is_written_as_it_was_read(string text)
    {
        Assert.Equal(text, StatesValue.Parse(text).ToJsonString());
    }

    [Theory]
    [InlineData(5.0, "5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    public void Computed_numbers_are_written_as_JavaScript_writes_them(double value, string text)
    {
        Assert.Equal(text, StatesNumber.Of(value).Text);
    }

    [Fact]
    public void A_duplicate_property_replaces_the_value_in_place()
    {
        Assert.Equal("""{"a":3,"b":2}""", StatesValue.Parse("""{"a":1,"b":2,"a":3}""").ToJsonString());
    }

    [Fact]
    public void Equality_ignores_property_order_and_number_format()
    {
        Assert.Equal(StatesValue.Parse("""{"a":1,"b":[2.0]}"""), StatesValue.Parse("""{"b":[2],"a":1.0}"""));
        Assert.NotEqual(StatesValue.Parse("9007199254740993"), StatesValue.Parse("9007199254740992"));
    }

    [Fact]
    public void A_lone_surrogate_is_read_and_written_as_the_replacement_character()
    {
        var value = Assert.IsType<StatesString>(StatesValue.Parse("\"a\\ud800\\n\""));
        Assert.Equal("a\ud800\n", value.Value);
    }

    [Fact]
    public void Deep_nesting_is_refused_without_overflowing()
    {
        Assert.ThrowsAny<JsonException>(() => StatesValue.Parse(new string('[', 100_000)));
    }

    [Theory]
    [InlineData("""{"a":"x\ty","b":[1,22,"ü€😀"],"c":{"d":false,"e":null}}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"\\u0001\"")]
    public void The_size_of_a_value_is_the_size_of_its_compact_text(string text)
    {
        var value = StatesValue.Parse(text);
        Assert.Equal(Encoding.UTF8.GetByteCount(value.ToJsonString()), value.Utf8Size);
    }

    [Fact]
    public void A_changed_object_shares_its_unchanged_parts()
    {
        var before = Assert.IsType<StatesObject>(StatesValue.Parse("""{"a":{"x":1},"b":2}"""));
        var after = before.With("b", 3).With("c", StatesValue.Null);
        Assert.Same(before["a"], after["a"]);
        Assert.Equal("""{"a":{"x":1},"b":2}""", before.ToJsonString());
        Assert.Equal("""{"a":{"x":1},"b":3,"c":null}""", after.ToJsonString());
    }
}
