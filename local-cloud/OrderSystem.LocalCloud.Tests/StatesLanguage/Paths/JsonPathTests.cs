using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Paths;

public sealed class JsonPathTests
{
    private const string Store = """
        {"store":{"book":[{"title":"A","price":8,"tags":["x"]},{"title":"B","price":12},{"title":"C","price":20,"isbn":"1"}],"open":true},"a b":{"c.d":5},"n":null}
        """;

    [Theory]
    [InlineData("$", Store)]
    [InlineData("$.store.open", "true")]
    [InlineData("$['a b']['c.d']", "5")]
    [InlineData("$.store.book[0].title", "\"A\"")]
    [InlineData("$.store.book[(@.length-1)].title", "\"C\"")]
    [InlineData("$.store.book[(@.length - 3)].title", "\"A\"")]
    [InlineData("$.store.book[(@.size()-2)].title", "\"B\"")]
    [InlineData("$.store.book.[1].title", "\"B\"")]
    [InlineData("$.['a b'].['c.d']", "5")]
    [InlineData("$.store.book.[*].[?(@.price > 10)].title", "[\"B\",\"C\"]")]
    [InlineData("$.store.book.[?(@.price > 10)].title", "[\"B\",\"C\"]")]
    [InlineData("$..[0].title", "[\"A\"]")]
    [InlineData(" $.store.open ", "true")]
    [InlineData("$.store.book[0]title", "\"A\"")]
    [InlineData("$.store.book[?(@.title==B)].price", "[12]")]
    [InlineData("$.store.book[?(@.title == no-such || @.title != A)].price", "[12,20]")]
    [InlineData("$.store.book[*].price", "[8,12,20]")]
    [InlineData("$.store.book[0,2].title", "[\"A\",\"C\"]")]
    [InlineData("$.store.book[1:].title", "[\"B\",\"C\"]")]
    [InlineData("$.store.book[:-1].title", "[\"A\",\"B\"]")]
    [InlineData("$..price", "[8,12,20]")]
    [InlineData("$..book[0].title", "[\"A\"]")]
    [InlineData("$.store.book[?(@.price > 10)].title", "[\"B\",\"C\"]")]
    [InlineData("$.store.book[?(@.price > 10 && @.isbn)].title", "[\"C\"]")]
    [InlineData("$.store.book[?(!(@.isbn))].title", "[\"A\",\"B\"]")]
    [InlineData("$.store.book[?(@.title in ['A','C'])].price", "[8,20]")]
    [InlineData("$.store.book[?(@.title =~ /[ab]/i)].price", "[8,12]")]
    [InlineData("$.store.book[0]['title','price']", "{\"title\":\"A\",\"price\":8}")]
    [InlineData("$.n", "null")]
    [InlineData("$.missing[*]", "[]")]
    [InlineData("$.missing.deeper[1:]", "[]")]
    public void A_path_returns_the_expected_values(string path, string expected)
    {
        Assert.Equal(StatesValue.Parse(expected), JsonPath.Parse(path).Evaluate(StatesValue.Parse(Store)));
    }

    [Theory]
    [InlineData("$.missing", "No results for path: $['missing']")]
    [InlineData("$.missing.deeper", "Missing property in path $['missing']")]
    [InlineData("$.store.book[7]", "No results for path: $['store']['book'][7]")]
    [InlineData("$.store.book[-1]", "No results for path: $['store']['book'][-1]")]
    [InlineData("$.store.book[(@.length-4)]", "No results for path: $['store']['book'][@.size()-4]")]
    [InlineData("$.store.sum()", "No results for path: $['store']['sum()']")]
    [InlineData("$.unknown(1)", "No results for path: $['unknown(1)']")]
    public void A_definite_path_without_a_match_fails_with_the_AWS_message(string path, string message)
    {
        var exception = Assert.Throws<JsonPathException>(() => JsonPath.Parse(path).Evaluate(StatesValue.Parse(Store)));
        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("$..*..*..*..*..*..*..*")]
    [InlineData("$..[?(@..[?(@..[?(@..[?(@..x)])])])]")]
    public void A_path_evaluation_that_takes_too_many_steps_is_stopped(string path)
    {
        var document = StatesValue.Parse("1");
        for (var i = 0; i < 60; i++)
            document = new StatesArray([document, i]);
        Assert.Throws<JsonPathException>(() => JsonPath.Parse(path).Evaluate(document));
    }

    [Theory]
    [InlineData("/(a+)+c/", "[]")]
    [InlineData("/(?=a)a+/", "[{\"b\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]")]
    public void A_regular_expression_does_not_backtrack_needlessly(string pattern, string expected)
    {
        var document = StatesValue.Parse("""{"a":[{"b":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""");
        Assert.Equal(StatesValue.Parse(expected), JsonPath.Parse($"$.a[?(@.b =~ {pattern})]").Evaluate(document));
    }

    [Fact]
    public void A_regular_expression_that_takes_too_long_is_stopped()
    {
        var document = StatesValue.Parse("""{"a":[{"b":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""");
        Assert.Throws<JsonPathException>(() => JsonPath.Parse("$.a[?(@.b =~ /(?=a)(a+)+c/)]").Evaluate(document));
    }

    [Theory]
    [InlineData("")]
    [InlineData("store")]
    [InlineData("$.")]
    [InlineData("$..")]
    [InlineData("$[")]
    [InlineData("$['a")]
    [InlineData("$.a[?(@.b == )]")]
    [InlineData("$.a[?(((((@.b]")]
    [InlineData("$.a.")]
    [InlineData("$.a[(@.length)]")]
    [InlineData("$.a[(@.count-1)]")]
    [InlineData("$.a[(@.length-x)]")]
    [InlineData("$.a b")]
    public void Invalid_paths_are_refused(string text)
    {
        Assert.Throws<FormatException>(() => JsonPath.Parse(text));
    }

    [Theory]
    [InlineData("$.a.b", true)]
    [InlineData("$['a'][0]", true)]
    [InlineData("$.a[*]", false)]
    [InlineData("$..a", false)]
    public void Reference_paths_are_recognised(string path, bool isReference)
    {
        Assert.Equal(isReference, JsonPath.Parse(path).IsReference);
    }
}
