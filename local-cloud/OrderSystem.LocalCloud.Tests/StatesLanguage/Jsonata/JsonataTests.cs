using Microsoft.Extensions.Time.Testing;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Jsonata;

public class JsonataTests
{
    private const string Shop = """
        {"account":"Firefly","orders":[
          {"id":"o1","lines":[{"sku":"hat","price":34.45,"quantity":2,"tags":["a","b"]},{"sku":"trilby","price":21.67,"quantity":1,"tags":["a"]}]},
          {"id":"o2","lines":[{"sku":"cloak","price":107.99,"quantity":1},{"sku":"hat","price":34.45,"quantity":4}]}],
         "empty":[],"nothing":null,"nested":[[1,2],[3]]}
        """;

    public static TheoryData<string, string> Results => new()
    {
        { "account", "\"Firefly\"" },
        { "orders.id", """["o1","o2"]""" },
        { "orders.lines.sku", """["hat","trilby","cloak","hat"]""" },
        { "orders[0].lines[1].sku", "\"trilby\"" },
        { "orders[-1].id", "\"o2\"" },
        { "orders.lines[0].sku", """["hat","cloak"]""" },
        { "(orders.lines)[0].sku", "\"hat\"" },
        { "orders.lines[price > 100].sku", "\"cloak\"" },
        { "orders.lines[price > 100].sku[]", """["cloak"]""" },
        { "orders.lines[sku='hat'].(price * quantity)", "[68.9,137.8]" },
        { "$sum(orders.lines.(price * quantity))", "336.36" },
        { "orders.lines{sku: $sum(quantity)}", """{"hat":6,"trilby":1,"cloak":1}""" },
        { "orders.lines^(>price, sku).sku", """["cloak","hat","hat","trilby"]""" },
        { "orders.lines.{'sku': sku, 'order': %.id}[order='o2'].sku", """["cloak","hat"]""" },
        { "orders@$o.{'o': $o.id, 'a': account}", """[{"o":"o1","a":"Firefly"},{"o":"o2","a":"Firefly"}]""" },
        { "orders#$i.lines.{'i': $i, 'sku': sku}[i=1].sku", """["cloak","hat"]""" },
        { "orders.lines.tags", """["a","b","a"]""" },
        { "orders.lines.[tags]", """[["a","b"],["a"],[],[]]""" },
        { "nested[0]", "[1,2]" },
        { "nested.$sum($)", "[3,3]" },
        { "*.id", """["o1","o2"]""" },
        { "**.sku", """["hat","trilby","cloak","hat"]""" },
        { "[1..3].($ * 2)", "[2,4,6]" },
        { "[1..0]", "[]" },
        { "[1..1]", "[1]" },
        { "[[1..3], 4..5]", "[[1,2,3],4,5]" },
        { "($r := [1..3]; [$append($r, $r), $count($r)])", "[1,2,3,1,2,3,3]" },
        { "[1..10000000] ~> $count()", "10000000" },
        { "{'a': 1, 'b': [1, 'x', null, true]}", """{"a":1,"b":[1,"x",null,true]}""" },
        { "1 + 2 * 3 - -4 / 8 % 3", "7.5" },
        { "'a' & 1 & true & null & missing", "\"a1truenull\"" },
        { "missing = missing", "false" },
        { "missing != 1", "false" },
        { "[1,2] = [1,2] and {'a':1} = {'a':1}", "true" },
        { "3 in [1,2,3] or $error('not reached')", "true" },
        { "false and $error('not reached')", "false" },
        { "missing ?: 'default'", "\"default\"" },
        { "nothing ?? 'default'", "null" },
        { "missing ?? 'default'", "\"default\"" },
        { "0 ?: 'default'", "\"default\"" },
        { "account = 'x' ? 1", "" },
        { "missing", "" },
        { "empty", "[]" },
        { "empty.x", "" },
        { "($x := 2; $y := $x * $x; $y + 1)", "5" },
        { "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))", "3628800" },
        { "($loop := λ($n, $acc) { $n = 0 ? $acc : $loop($n - 1, $acc + $n) }; $loop(5000, 0))", "12502500" },
        { "($add := function($a, $b) { $a + $b }; $inc := $add(?, 1); [1,2] ~> $map($inc))", "[2,3]" },
        { "($trimUp := $trim ~> $uppercase; '  a  b ' ~> $trimUp)", "\"A B\"" },
        { "$map(['a','b'], function($v, $i, $a) { $v & $i & $count($a) })", """["a02","b12"]""" },
        { "$filter([1..6], function($n) { $n % 2 = 0 })", "[2,4,6]" },
        { "$reduce([1..5], function($a, $b) { $a * $b }, 2)", "240" },
        { "$sift({'a':1,'b':2}, function($v) { $v > 1 })", """{"b":2}""" },
        { "$each({'a':1,'b':2}, function($v, $k) { $k & $v })", """["a1","b2"]""" },
        { "$single([1,2,3], function($n) { $n = 2 })", "2" },
        { "$zip([1,2,3],[4,5])", "[[1,4],[2,5]]" },
        { "$sort([3,1,2])", "[1,2,3]" },
        { "$sort(['b','a'], function($l, $r) { $l < $r })", """["b","a"]""" },
        { "$distinct([1,'1',1,[1],[1]])", """[1,"1",[1]]""" },
        { "$merge([{'a':1},{'b':2},{'a':3}])", """{"a":3,"b":2}""" },
        { "$spread({'a':1,'b':2})", """[{"a":1},{"b":2}]""" },
        { "$keys([{'a':1},{'b':2,'a':0}])", """["a","b"]""" },
        { "$lookup({'a b':1}, 'a b')", "1" },
        { "$append([1],2)", "[1,2]" },
        { "$reverse([1,2,3])", "[3,2,1]" },
        { "$type([]) & $type({}) & $type(null) & $type(1) & $type('') & $type($sum)", "\"arrayobjectnullnumberstringfunction\"" },
        { "($ ~> |orders.lines|{'total': price * quantity}, ['tags','price']|).orders[0].lines[0]", """{"sku":"hat","quantity":2,"total":68.9}""" },
        { "$substring('hello', 1, 3) & $substring('hello', -2)", "\"elllo\"" },
        { "$length('a😀b')", "3" },
        { "$substring('a😀b', 1, 1)", "\"😀\"" },
        { "$substringBefore('a=b','=') & $substringAfter('a=b','=')", "\"ab\"" },
        { "$pad('x', -4, '12') & $pad('x', 3)", "\"121xx  \"" },
        { "$split('a, b;c', /[,;] ?/)", """["a","b","c"]""" },
        { "$join(['a','b'], '-')", "\"a-b\"" },
        { "$contains('abc', /B/i)", "true" },
        { "$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')", "\"Smith, John\"" },
        { "$replace('temperature 68F', /(\\d+)F/, function($m) { $m.groups[0] & '°' })", "\"temperature 68°\"" },
        { "$match('ab1cd22', /[a-z]+(\\d+)/).groups", """["1","22"]""" },
        { "$number('0x1F') + $number('1e2') + $number(true)", "132" },
        { "$round(2.5) & ' ' & $round(3.5) & ' ' & $round(2.675, 2) & ' ' & $round(125, -1)", "\"2 4 2.68 120\"" },
        { "$power(2, 10) + $sqrt(16) + $abs(-3) + $floor(2.7) + $ceil(2.1)", "1036" },
        { "$formatNumber(1234567.891, '#,##0.00')", "\"1,234,567.89\"" },
        { "$formatNumber(0.14, '01%')", "\"14%\"" },
        { "$formatNumber(1234.5678, '00.000e0')", "\"12.346e2\"" },
        { "$formatNumber(-6, '000')", "\"-006\"" },
        { "$formatBase(255, 16)", "\"ff\"" },
        { "$formatInteger(1999, 'I') & $formatInteger(28, 'a')", "\"MCMXCIXab\"" },
        { "$formatInteger(1234, 'w') & ' ' & $formatInteger(21, 'w;o')", "\"one thousand, two hundred and thirty-four twenty-first\"" },
        { "$formatInteger(12345678, '#,##0') & $formatInteger(3, '1;o')", "\"12,345,6783rd\"" },
        { "$parseInteger('twelve thousand, four hundred and seventy-six', 'w') + $parseInteger('MCM', 'I')", "14376" },
        { "$fromMillis(1510067557121)", "\"2017-11-07T15:12:37.121Z\"" },
        { "$fromMillis(1510067557121, '[M01]/[D01]/[Y0001] [h#1]:[m01][P] [FNn] [MNn,3-3]', '-0530')", "\"11/07/2017 9:42am Tuesday Nov\"" },
        { "$fromMillis(1510067557121, 'week [W] of [X]')", "\"week 45 of 2017\"" },
        { "$toMillis('2017-11-07T15:12:37.121Z')", "1510067557121" },
        { "$toMillis('7 November 2017', '[D] [MNn] [Y]')", "1510012800000" },
        { "$toMillis('2018-046', '[Y]-[d]')", "1518652800000" },
        { "$base64decode($base64encode('hello'))", "\"hello\"" },
        { "$encodeUrlComponent('?x=a b/ü') & $decodeUrl('%C3%BC%2F')", "\"%3Fx%3Da%20b%2F%C3%BCü%2F\"" },
        { "$string({'a': [1, 0.1 + 0.2, $sum]})", "\"{\\\"a\\\":[1,0.3,\\\"\\\"]}\"" },
        { "$eval('account & \"!\"')", "\"Firefly!\"" },
        { "/* a comment */ `account`", "\"Firefly\"" },
        { "$count(1) + $count([]) + $max([1,3]) + $min([2,5]) + $average([1,3])", "8" },
        { "λ($a)<n-:n>{ $a + 1 }(4)", "5" },
        { "$boolean([0,1]) and $not([]) and $exists(nothing)", "true" },
    };

    public static TheoryData<string, string> Errors => new()
    {
        { "'open", "S0101" },
        { "1e1000", "S0102" },
        { "'\\q'", "S0103" },
        { "'\\u00g0'", "S0104" },
        { "`open", "S0105" },
        { "1 /* open", "S0106" },
        { "a b", "S0201" },
        { "[1,2)", "S0202" },
        { "(1", "S0203" },
        { "1 =", "S0207" },
        { "", "S0207" },
        { "function(x) { 1 }", "S0208" },
        { "a{'b':c}[0]", "S0209" },
        { "a{'b':c}{'d':e}", "S0210" },
        { "= 1", "S0211" },
        { "x := 1", "S0212" },
        { "a.1", "S0213" },
        { "a@b", "S0214" },
        { "a[0]@$x", "S0215" },
        { "a^(b)@$x", "S0216" },
        { "%", "S0217" },
        { "//", "S0301" },
        { "/open", "S0302" },
        { "λ($a)<n<n>>{$a}(1)", "S0401" },
        { "λ($a)<(sa<n>)>{$a}(1)", "S0402" },
        { "$uppercase(1)", "T0410" },
        { "$sum('a')", "T0412" },
        { "sum([1])", "T1005" },
        { "1()", "T1006" },
        { "sum(?)", "T1007" },
        { "1(?)", "T1008" },
        { "{1: 2}", "T1003" },
        { "{'a': 1, 'a': 2}", "D1009" },
        { "-'a'", "D1002" },
        { "'a' + 1", "T2001" },
        { "1 + 'a'", "T2002" },
        { "['a'..2]", "T2003" },
        { "[1..2.5]", "T2004" },
        { "1 ~> 2", "T2006" },
        { "[1,'a']^($)", "T2007" },
        { "[{},{}]^($)", "T2008" },
        { "1 < 'a'", "T2009" },
        { "true < 1", "T2010" },
        { "{'a':1} ~> |$|1|", "T2011" },
        { "{'a':1} ~> |$|{},1|", "T2012" },
        { "[1..10000001]", "D2014" },
        { "1/0", "D1001" },
        { "$string(1/0)", "D3001" },
        { "$replace('a','','b')", "D3010" },
        { "$replace('a','a','b',-1)", "D3011" },
        { "$replace('a',/a/,function($m){1})", "D3012" },
        { "$match('a',/x*/)", "D1004" },
        { "$split('a','b',-1)", "D3020" },
        { "$number('a')", "D3030" },
        { "$reduce([1],function($a){$a})", "D3050" },
        { "$sqrt(-1)", "D3060" },
        { "$power(10,1000)", "D3061" },
        { "$sort([1,'a'])", "D3070" },
        { "$formatNumber(1,'0;0;0')", "D3080" },
        { "$formatBase(1, 99)", "D3100" },
        { "$toMillis('yesterday')", "D3110" },
        { "$eval('1 +')", "D3120" },
        { "$eval('1 + \"a\"')", "D3121" },
        { "$formatInteger(1, 'Ω')", "D3130" },
        { "$formatInteger(1, '0٠')", "D3131" },
        { "$fromMillis(0, '[q]')", "D3132" },
        { "$fromMillis(0, '[YN]')", "D3133" },
        { "$fromMillis(0, '[Z00000]')", "D3134" },
        { "$fromMillis(0, '[Y')", "D3135" },
        { "$toMillis('1', '[W]')", "D3136" },
        { "$error('mine')", "D3137" },
        { "$single([1,2])", "D3138" },
        { "$single([])", "D3139" },
        { "$decodeUrl('%')", "D3140" },
        { "$assert(false)", "D3141" },
    };

    [Theory]
    [MemberData(nameof(Results))]
    public void Expressions_evaluate_to_the_expected_result(string expression, string expected)
    {
        var result = JsonataExpression.Parse(expression).Evaluate(StatesValue.Parse(Shop), JsonataEvaluation.Default);
        Assert.Equal(expected.Length == 0 ? null : StatesValue.Parse(expected), result);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Expressions_fail_with_the_code_of_the_reference_implementation(string expression, string code)
    {
        var error = Assert.Throws<JsonataException>(() => JsonataExpression.Parse(expression).Evaluate(null, JsonataEvaluation.Default));
        Assert.Equal(code, error.Code);
        Assert.DoesNotContain("{{", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'a' + 1", "The left side of the \"+\" operator must evaluate to a number")]
    [InlineData("$uppercase(1)", "Argument 1 of function \"uppercase\" does not match function signature")]
    [InlineData("sum([1])", "Attempted to invoke a non-function. Did you mean $sum?")]
    [InlineData("$error('mine')", "mine")]
    [InlineData("[-1e308..1e308]", "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate Infinity.")]
    [InlineData("[-1e308 * 10..-1e308 * 10]", "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate NaN.")]
    [InlineData("1 < 'a'", "The values 1 and \"a\" either side of operator \"<\" must be of the same data type")]
    public void Error_messages_match_the_reference_implementation(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<JsonataException>(() => JsonataExpression.Parse(expression).Evaluate(null, JsonataEvaluation.Default)).Message);

    [Theory]
    [InlineData("$partition([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("$range(0, 10, 5)", "[0,5,10]")]
    [InlineData("$range(-1.7, 2, 1)", "[-1,0,1,2]")]
    [InlineData("$range(1, 3.9)", "[1,2,3]")]
    [InlineData("$range(5, 0, -2.5)", "[5,3,1]")]
    [InlineData("$hash('hello', 'SHA-1')", "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\"")]
    [InlineData("$parse('{\"a\":[1]}').a", "[1]")]
    [InlineData("$length($uuid())", "36")]
    [InlineData("$random(7) = $random(7)", "true")]
    [InlineData("$exists($eval)", "false")]
    public void Functions_added_by_Step_Functions_are_supported(string expression, string expected) => Assert.Equal(
        StatesValue.Parse(expected),
        JsonataExpression.Parse(expression, JsonataDialect.StepFunctions).Evaluate(null, JsonataEvaluation.Default));

    [Fact]
    public void Time_stands_still_during_an_evaluation()
    {
        var evaluation = new JsonataEvaluation { Clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1510067557121)) };
        Assert.Equal("2017-11-07T15:12:37.121Z", Evaluate("$now()", evaluation));
        Assert.Equal(1510067557121, Evaluate("$millis()", evaluation));
    }

    [Fact]
    public void Variables_come_from_the_caller_and_may_shadow_functions() => Assert.Equal(
        7, Evaluate("$sum + $x", new JsonataEvaluation { Variables = name => name switch { "sum" => 3, "x" => 4, _ => null } }));

    [Theory]
    [InlineData("($f := function() { $f() }; $f())")]
    [InlineData("$reduce([1..100000], function($a, $b) { $count([1..1000]) })")]
    public void An_expression_that_does_not_end_is_stopped_by_its_time_limit(string expression) =>
        Assert.Equal("U1001", Assert.Throws<JsonataException>(() => Evaluate(expression, new JsonataEvaluation { TimeLimit = TimeSpan.FromMilliseconds(50) })).Code);

    [Fact]
    public void Recursion_is_stopped_at_the_depth_limit() =>
        Assert.Equal("U1001", Assert.Throws<JsonataException>(() => Evaluate("($f := function($n) { 1 + $f($n) }; $f(1))", JsonataEvaluation.Default)).Code);

    [Theory]
    [InlineData('(', ')')]
    [InlineData('[', ']')]
    public void Expressions_nested_too_deeply_are_refused(char open, char close) =>
        Assert.Equal("U1001", Assert.Throws<JsonataException>(() => Evaluate(new string(open, 100_000) + "1" + new string(close, 100_000), JsonataEvaluation.Default)).Code);

    [Fact]
    public void Free_variables_are_those_not_defined_in_the_expression() =>
        Assert.Equal(["states", "x"], JsonataExpression.Parse("($y := $states.input; $f := function($z) { $z + $y + $x }; $sum($f(1)))").Variables);

    [Theory]
    [InlineData("($g := function($a) { $g($append($a, $a)) }; $g([1..1000]))")]
    [InlineData("($g := function($a) { $g([$a, $a]) }; $g([1..1000]))")]
    [InlineData("$pad('x', 400000000)")]
    public void An_expression_that_uses_too_much_memory_is_stopped(string expression) =>
        Assert.Equal("U1001", Assert.Throws<JsonataException>(() => Evaluate(expression, new JsonataEvaluation { TimeLimit = TimeSpan.FromMinutes(1) })).Code);

    [Theory]
    [InlineData(42, 0.7275636800328681)]
    [InlineData(0, 0.730967787376657)]
    [InlineData(-1, 0.26894263088050496)]
    public void A_seeded_random_number_equals_the_number_that_Java_returns(int seed, double expected) =>
        Assert.Equal(expected, ((StatesNumber)JsonataExpression.Parse($"$random({seed})", JsonataDialect.StepFunctions).Evaluate(null, JsonataEvaluation.Default)!).Value);

    [Fact]
    public void A_string_that_keeps_doubling_is_stopped() =>
        Assert.Equal("U1001", Assert.Throws<JsonataException>(() => Evaluate("($g := function($s) { $g($s & $s) }; $g('abcdefgh'))", JsonataEvaluation.Default)).Code);

    [Theory]
    [InlineData("$string($round(1e300, 100))", "D3001")]
    [InlineData("$round(12.5, 400)", "D1001")]
    public void Rounding_beyond_the_range_of_a_number_is_an_error(string expression, string code) =>
        Assert.Equal(code, Assert.Throws<JsonataException>(() => Evaluate(expression, JsonataEvaluation.Default)).Code);

    [Fact]
    public void Rounding_to_a_large_power_of_ten_is_zero() => Assert.Equal(StatesValue.Parse("0"), Evaluate("$round(12.5, -99999999999999)", JsonataEvaluation.Default));

    [Fact]
    public void The_input_is_not_modified()
    {
        var input = StatesValue.Parse("""{"a":{"b":1}}""");
        Evaluate("$ ~> |a|{'b': 2}|", JsonataEvaluation.Default, input);
        Assert.Equal(StatesValue.Parse("""{"a":{"b":1}}"""), input);
    }

    private static StatesValue? Evaluate(string expression, JsonataEvaluation evaluation, StatesValue? input = null) =>
        JsonataExpression.Parse(expression).Evaluate(input, evaluation);
}
