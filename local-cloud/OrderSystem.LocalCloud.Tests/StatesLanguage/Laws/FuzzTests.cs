using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// Checks that damaged definitions, inputs and expressions cause only errors that AWS Step Functions also defines. The
/// environment variable <c>ORDERSYSTEM_FUZZ_INPUTS</c> sets the number of inputs per test, and <c>ORDERSYSTEM_FUZZ_SEED</c>
/// sets the first seed.
/// </summary>
public class FuzzTests
{
    private static readonly string[] Expressions =
    [
        "$sum(items.(price * quantity))", "$map($states.input.items, function($v, $i) { $v & $string($i) })",
            "items[price > 10]^(>price).{ 'name': name, 'total': $round(price, 2) }", "$reduce([1..10], function($a, $b) { $a * $b }, 1)",
        "$fromMillis(1500000000000, '[Y0001]-[M01]-[D01]')", "$toMillis('2018-01-01')", "$formatNumber(1234.5, '#,##0.00')",
            "$replace('abc', /b(c)/, '$1')", "$match('ababbabbcc', /a(b+)/)", "(  $f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5) )",
        "a.b.**.c[0]", "$ ~> |items|{ 'x': 1 }, ['y']|", "items#$i.{ 'i': $i }", "a@$x.b@$y[$x = $y]", "$partition([1,2,3,4,5], 2)",
            "$range(0, 10, 3)", "$hash('x', 'SHA-256')", "$random(5)", "$parse('{\"a\":1}')", "$split('a,b', ',')", "$lookup(a, 'b')",
        "$spread(a)", "$merge([{'a':1},{'b':2}])", "$each(a, function($v, $k) { $k })", "$sift(a, function($v) { $v > 1 })",
            "$sort([3,1,2], function($l, $r) { $l > $r })", "$formatInteger(123, 'w')", "$parseInteger('twelve', 'w')", "$formatBase(255, 16)",
        "$power(2, 10) % 7", "'a' & 1 & true & null", "a in [1,2] and not b or c", "$exists(a) ? a : b", "a ?? b ?: c", "$zip([1,2],[3,4])",
            "$error('x')", "$assert(false, 'x')", "$type(function(){1})", "$string($)", "$number('0x10')", "[1..1000][$ % 7 = 0]", "$pad('x', 1000)",
        "$decodeUrl('%E0%A4')", "$base64decode('////')", "$substring('😀x', 1)", "$shuffle([1,2])", "$distinct([1,1,{'a':1},{'a':1}])", "$now()", "$.*[%.a = 1]",
    ];

    private static readonly string[] Paths =
    [
        "$", "$.a", "$.a.b[0]", "$['a']['b']", "$['a','b']", "$.items[*].price", "$..price", "$.items[?(@.price > 10 && @.name == 'x')]",
            "$.items[?(@.a in ['x', 'y'])]", "$.items[?(!(@.a =~ /x.*/i))]", "$.items[1:3]", "$.items[-1]", "$.items[0,2]",
        "$.items.length()", "$.items[*].price.sum()", "$$.Execution.Id", "$$.Map.Item.Value", "$variable.a[0]", "$..[?(@.a)]",
            "$.items[?(@.price > $.a)]", "$..*", "$.a.keys()", "$.items[(@.length-1)]",
    ];

    private const string Alphabet = "$.[]{}()'\"\\?@*:,%&|!=<>~/ aZ09_-\n\u00e9\ud83d\ude00States.Format";

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("ORDERSYSTEM_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var count) ? count : 1_000;

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("ORDERSYSTEM_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    [Fact]
    public async Task Damaged_JSONata_ends_in_a_value_or_a_JSONata_error() => await ForEachAsync((random, mutations) =>
    {
        var text = Pick(random, Expressions);
        for (var i = random.Next(3); i > 0; i--)
            text = random.Next(3) == 0 ? $"({text}; {Pick(random, Expressions)})" : mutations.Text(text);
        var evaluation = JsonataEvaluation.Default with { TimeLimit = TimeSpan.FromSeconds(2) };
        try
        {
            JsonataExpression.Parse(text, random.Next(2) == 0 ? JsonataDialect.StepFunctions : default).Evaluate(Document(mutations), evaluation)?.ToJsonString();
        }
        catch (JsonataException exception)
        {
            Assert.Matches("^[A-Z][0-9]{4}$", exception.Code);
        }

        return Task.FromResult(text);
    });

    [Fact]
    public async Task Damaged_JSONPath_ends_in_a_value_or_a_path_error() => await ForEachAsync((random, mutations) =>
    {
        var text = mutations.Text(Pick(random, Paths));
        try
        {
            JsonPath.Parse(text).Evaluate(Document(mutations)).ToJsonString();
        }
        catch (Exception exception) when (exception is FormatException or JsonPathException)
        {
            Assert.NotEmpty(exception.Message);
        }

        return Task.FromResult(text);
    });

    [Fact]
    public async Task Random_text_as_JSONata_ends_in_a_value_or_a_JSONata_error() => await ForEachAsync((random, mutations) =>
    {
        var text = RandomText(random);
        try
        {
            JsonataExpression.Parse(text, JsonataDialect.StepFunctions).Evaluate(Document(mutations), JsonataEvaluation.Default with { TimeLimit = TimeSpan.FromSeconds(2) });
        }
        catch (JsonataException exception)
        {
            Assert.Matches("^[A-Z][0-9]{4}$", exception.Code);
        }

        return Task.FromResult(text);
    });

    [Fact]
    public async Task Random_text_as_JSONPath_ends_in_a_value_or_a_path_error() => await ForEachAsync((random, mutations) =>
    {
        var text = "$" + RandomText(random);
        try
        {
            JsonPath.Parse(text).Evaluate(Document(mutations));
        }
        catch (Exception exception) when (exception is FormatException or JsonPathException)
        {
            Assert.NotEmpty(exception.Message);
        }

        return Task.FromResult(text);
    });

    [Fact]
    public async Task Damaged_definitions_are_refused_or_run_to_an_end() => await ForEachAsync(async (random, mutations) =>
    {
        var machines = new RandomMachine(random);
        StatesValue definition = machines.Machine();
        for (var i = random.Next(1, 6); i > 0; i--)
            definition = mutations.Value(definition);
        var text = definition.ToJsonString();
        foreach (var diagnostic in DefinitionValidator.Validate(text))
            Assert.NotEmpty(diagnostic.Message);
        try
        {
            var machine = StateMachine.Parse("m", text);
            var result = await RunAsync(machine, random.Next(2) == 0 ? machines.Input() : Document(mutations));
            Assert.NotEqual(ExecutionStatus.Running, result.Status);
        }
        catch (DefinitionException exception)
        {
            Assert.NotEmpty(exception.Message);
        }

        return text;
    });

    [Fact]
    public async Task Damaged_definition_texts_are_validated_without_a_crash() => await ForEachAsync((random, mutations) =>
    {
        var text = mutations.Text(new RandomMachine(random).Machine().ToJsonString());
        foreach (var diagnostic in DefinitionValidator.Validate(text))
            Assert.NotEmpty(diagnostic.Message);
        return Task.FromResult(text);
    });

    private static async Task<ExecutionResult> RunAsync(StateMachine machine, StatesValue input)
    {
        var context = new ExecutionContextObject("arn:aws:states:us-east-1:000000000000:execution:m:e", "e", null, input, DateTimeOffset.UnixEpoch,
            "arn:aws:states:us-east-1:000000000000:stateMachine:m", "m");
        var tasks = new PredictableTasks();
        var environment = new ExecutionEnvironment { Tasks = tasks, Clock = new ImmediateClock(), MaxEvents = 300, MapRuns = new KeptMapRuns().In(tasks, CancellationToken.None) };
        using var execution = new Execution(machine, context, input, environment);
        var result = await execution.RunAsync(TestContext.Current.CancellationToken);
        Assert.Null(execution.Fault);
        return result;
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(24); length > 0; length--)
            text.Append(Alphabet[random.Next(Alphabet.Length)]);
        return text.ToString();
    }

    private static StatesValue Document(Mutations mutations) => mutations.Value(StatesObject.Of(
        ("a", StatesObject.Of(("b", 1), ("c", "x"))),
        ("b", "text"),
        ("c", true),
        ("items", new StatesArray([StatesObject.Of(("name", "x"), ("price", 12.5), ("quantity", 2)), StatesObject.Of(("name", "y"), ("price", 8)), 3]))));

    private static string Pick(Random random, string[] texts) => texts[random.Next(texts.Length)];

    /// <summary>Runs a test case for each seed. If a case throws or hangs, the exception's message contains its seed.</summary>
    private static async Task ForEachAsync(Func<Random, Mutations, Task<string>> run)
    {
        for (var seed = FirstSeed; seed < FirstSeed + Count; seed++)
        {
            var number = seed;
            try
            {
                await Task.Run(() => run(new Random(number), new Mutations(new Random(~number))), TestContext.Current.CancellationToken)
                    .WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"The case with ORDERSYSTEM_FUZZ_SEED={number} failed: {exception.GetType().Name}: {exception.Message}", exception);
            }
        }
    }
}
