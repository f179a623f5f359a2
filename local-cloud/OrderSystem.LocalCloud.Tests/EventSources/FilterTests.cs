using System.Text;
using OrderSystem.EventSources.Filters;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class FilterTests
{
    private const string Record = """
        {"eventName":"INSERT","awsRegion":"us-east-1","userIdentity":null,"flag":true,"count":5,"sourceIp":"10.1.2.3",
         "dynamodb":{"Keys":{"orderId":{"S":"o-17"}},
                     "NewImage":{"status":{"S":"Pending"},"total":{"N":"19.90"},"big":{"N":"1e3"},"tags":{"SS":["red","Green"]},"paid":{"BOOL":false},"nothing":{"NULL":true},"name":{"S":""},"address.city":{"S":"Bonn"},
                                 "lines":{"L":[{"M":{"sku":{"S":"A1"}}},{"M":{"sku":{"S":"B2"}}}]}}}}
        """;

    [Theory]
    [InlineData("""{"eventName":["INSERT"]}""", true)]
    [InlineData("""{"eventName":["MODIFY","INSERT"]}""", true)]
    [InlineData("""{"eventName":["MODIFY"]}""", false)]
    [InlineData("""{"eventName":["insert"]}""", false)]
    [InlineData("""{"eventName":[{"equals-ignore-case":"insert"}]}""", true)]
    [InlineData("""{"eventName":["INSERT"],"awsRegion":["eu-west-1"]}""", false)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":["o-17"]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"prefix":"o-"}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"prefix":"O-"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"prefix":{"equals-ignore-case":"O-"}}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"suffix":"17"}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"suffix":{"equals-ignore-case":"-17"}}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"suffix":"18"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":"Pending"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":["Paid","Completed"]}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":{"prefix":"Pend"}}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":{"suffix":"ed"}}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":{"equals-ignore-case":["PENDING","paid"]}}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"absent":{"S":[{"anything-but":"x"}]}}}}""", false)]
    [InlineData("""{"count":[5]}""", true)]
    [InlineData("""{"count":[5.0]}""", true)]
    [InlineData("""{"count":[0.5e1]}""", true)]
    [InlineData("""{"count":[5.01]}""", false)]
    [InlineData("""{"count":["5"]}""", false)]
    [InlineData("""{"count":[{"anything-but":5}]}""", false)]
    [InlineData("""{"count":[{"anything-but":[1e40]}]}""", true)]
    [InlineData("""{"count":[{"numeric":["=",5.0]}]}""", true)]
    [InlineData("""{"count":[{"numeric":["=",5]}]}""", true)]
    [InlineData("""{"count":[{"numeric":[">",1,"<=",5]}]}""", true)]
    [InlineData("""{"count":[{"numeric":[">",5]}]}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":[{"numeric":[">=",19.9,"<",20]}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":["19.90"]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":["19.9"]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":[19.90]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":[{"anything-but":19.90}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"total":{"N":[19.9]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"big":{"N":[{"numeric":["=",1000]}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"numeric":[">",0]}]}}}}""", false)]
    [InlineData("""{"dynamodb.Keys.orderId.S":["o-17"]}""", true)]
    [InlineData("""{"dynamodb.Keys":{"orderId.S":["o-18"]}}""", false)]
    [InlineData("""{"dynamodb.Keys":{"S":["o-17"]}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"address":{"city":{"S":["Bonn"]}}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"address.city":{"S":["Bonn"]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"address":{"S":["Bonn"]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"address":{"zip":{"S":[{"exists":false}]}}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":"o-*"}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":"*-1*7"}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":"o-"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":""}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"name":{"S":[{"wildcard":""}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":"o\\*"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"wildcard":"o.17"}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"anything-but":{"wildcard":["p-*","*-18"]}}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":[{"anything-but":{"wildcard":"o*"}}]}}}}""", false)]
    [InlineData("""{"sourceIp":[{"cidr":"10.1.2.0/24"}]}""", true)]
    [InlineData("""{"sourceIp":[{"cidr":"10.1.2.99/24"}]}""", true)]
    [InlineData("""{"sourceIp":[{"cidr":"10.1.3.0/24"}]}""", false)]
    [InlineData("""{"sourceIp":[{"cidr":"0.0.0.0/0"}]}""", true)]
    [InlineData("""{"sourceIp":[{"cidr":"2001:db8::/32"}]}""", false)]
    [InlineData("""{"count":[{"cidr":"10.0.0.0/8"}]}""", false)]
    [InlineData("""{"flag":[true]}""", true)]
    [InlineData("""{"flag":[false]}""", false)]
    [InlineData("""{"userIdentity":[null]}""", true)]
    [InlineData("""{"absent":[null]}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"name":{"S":[""]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"paid":{"BOOL":[false]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"nothing":{"NULL":[true]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"exists":true}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"refund":{"S":[{"exists":false}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"OldImage":{"status":{"S":[{"exists":false}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":{"S":[{"exists":false}]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"status":[{"exists":true}]}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"tags":{"SS":["red"]}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"tags":{"SS":["green"]}}}}""", false)]
    [InlineData("""{"dynamodb":{"NewImage":{"lines":{"L":{"M":{"sku":{"S":["B2"]}}}}}}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"lines":{"L":{"M":{"sku":{"S":["C3"]}}}}}}}""", false)]
    [InlineData("""{"$or":[{"eventName":["REMOVE"]},{"count":[5]}]}""", true)]
    [InlineData("""{"$or":[{"eventName":["REMOVE"]},{"count":[6]}]}""", false)]
    [InlineData("""{"eventName":["INSERT"],"$or":[{"count":[6]},{"flag":[true]}]}""", true)]
    [InlineData("""{"eventName":["MODIFY"],"$or":[{"count":[5]},{"flag":[true]}]}""", false)]
    [InlineData("""{"dynamodb":{"$or":[{"Keys":{"orderId":{"S":["x"]}}},{"NewImage":{"status":{"S":["Pending"]}}}]}}""", true)]
    public void Patterns_match_as_documented(string pattern, bool expected) =>
        Assert.Equal(expected, FilterCriteria.Parse([pattern]).Matches(Encoding.UTF8.GetBytes(Record)));

    [Fact]
    public void A_filter_matches_items_with_the_deepest_nesting_of_DynamoDB()
    {
        var record = string.Concat(Enumerable.Repeat("""{"M":{"a":""", 32)) + """{"S":"x"}""" + string.Concat(Enumerable.Repeat("}}", 32));
        Assert.True(FilterCriteria.Parse(["""{"eventName":["INSERT"]}"""]).Matches(Encoding.UTF8.GetBytes($$"""{"eventName":"INSERT","dynamodb":{"NewImage":{"deep":{{record}} } } }""")));
    }

    [Fact]
    public void A_record_that_matches_any_filter_passes()
    {
        var criteria = FilterCriteria.Parse(["""{"eventName":["REMOVE"]}""", """{"eventName":["INSERT"]}"""]);
        Assert.True(criteria.Matches(Encoding.UTF8.GetBytes(Record)));
    }

    [Fact]
    public void Without_filters_everything_passes() => Assert.True(FilterCriteria.None.Matches(Encoding.UTF8.GetBytes(Record)));

    [Theory]
    [InlineData("nope")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":[]}""")]
    [InlineData("""{"a":"b"}""")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":[["b"]]}""")]
    [InlineData("""{"a":[{"like":"b"}]}""")]
    [InlineData("""{"a":[{"prefix":1}]}""")]
    [InlineData("""{"a":[{"exists":"yes"}]}""")]
    [InlineData("""{"a":[{"numeric":[">"]}]}""")]
    [InlineData("""{"a":[{"numeric":["!",1]}]}""")]
    [InlineData("""{"a":[{"numeric":[">",1e40]}]}""")]
    [InlineData("""{"a":[{"numeric":[">",0,">",1]}]}""")]
    [InlineData("""{"a":[{"numeric":["<",0,">",1]}]}""")]
    [InlineData("""{"a":[{"numeric":["=",0,"<",1]}]}""")]
    [InlineData("""{"a":[{"numeric":[">",5,"<",5]}]}""")]
    [InlineData("""{"a":[{"anything-but":{"prefix":""}}]}""")]
    [InlineData("""{"a":[{"anything-but":{"suffix":""}}]}""")]
    [InlineData("""{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}""")]
    [InlineData("""{"a":[{"anything-but":{"wildcard":[1,"x*"]}}]}""")]
    [InlineData("""{"a":[{"wildcard":1}]}""")]
    [InlineData("""{"a":[{"wildcard":"x**y"}]}""")]
    [InlineData("""{"a":[{"wildcard":"*:*:*:*:*:x"}]}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0"}]}""")]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/33"}]}""")]
    [InlineData("""{"a":[{"cidr":"ten/8"}]}""")]
    [InlineData("""{"a":[{"anything-but":[]}]}""")]
    [InlineData("""{"a":[{"anything-but":{"numeric":[">",1]}}]}""")]
    [InlineData("""{"a":[{"prefix":"b","suffix":"c"}]}""")]
    public void An_invalid_pattern_is_refused(string pattern) => Assert.Throws<FilterPatternException>(() => FilterCriteria.Parse([pattern]));

    [Fact]
    public void A_refused_pattern_is_reported_with_the_invalid_position() =>
        Assert.Equal(
            "$.dynamodb.Keys must be an object or a list of rules.",
            Assert.Throws<FilterPatternException>(() => FilterCriteria.Parse(["""{"dynamodb":{"Keys":"x"}}"""])).Message);

    [Fact]
    public void At_most_ten_filters_are_allowed() =>
        Assert.Throws<FilterPatternException>(() => FilterCriteria.Parse([.. Enumerable.Repeat("""{"a":["b"]}""", 11)]));

    [Fact]
    public void A_pattern_has_at_most_4096_characters() =>
        Assert.Throws<FilterPatternException>(() => FilterCriteria.Parse([$$"""{"a":["{{new string('x', 4096)}}"]}"""]));

    [Theory]
    [InlineData("""{"eventName":["INSERT"]}""", "INSERT", true)]
    [InlineData("""{"eventName":["INSERT"]}""", "MODIFY", false)]
    [InlineData("""{"eventName":[{"anything-but":"INSERT"}]}""", "MODIFY", true)]
    [InlineData("""{"eventName":["INSERT"],"awsRegion":["eu-west-1"]}""", "INSERT", true)]
    [InlineData("""{"dynamodb":{"Keys":{"orderId":{"S":["o-17"]}}}}""", "MODIFY", true)]
    [InlineData("""{"$or":[{"eventName":["INSERT"]},{"awsRegion":["us-east-1"]}]}""", "MODIFY", true)]
    public void Records_are_ruled_out_by_event_name_before_they_are_built(string pattern, string eventName, bool expected) =>
        Assert.Equal(expected, FilterCriteria.Parse([pattern]).MayMatch("eventName", eventName));

    [Fact]
    public void Without_filters_no_event_is_ruled_out() => Assert.True(FilterCriteria.None.MayMatch("eventName", "REMOVE"));

    [Theory]
    [InlineData("""{"name":["\ud800"]}""")]
    [InlineData("""{"\udc00":["a"]}""")]
    public void A_pattern_with_an_unpaired_surrogate_is_refused(string pattern) =>
        Assert.Throws<FilterPatternException>(() => FilterCriteria.Parse([pattern]));
}
