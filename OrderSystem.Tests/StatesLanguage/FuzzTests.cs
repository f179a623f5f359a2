using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Validation;
using OrderSystem.Tests.StatesLanguage.Resuming;

namespace OrderSystem.Tests.StatesLanguage;

/// <summary>Broken texts of every kind: only the errors that are meant for them may come out. ORDERSYSTEM_FUZZ_INPUTS sets how many.</summary>
public sealed class FuzzTests
{
    private const string Alphabet = "$.[]{}()'\"\\?@*:,%&|!=<>~/ aZ09_-\n\u00e9\ud83d\ude00States.Format";

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("ORDERSYSTEM_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var count) ? count : 4_000;

    [Fact]
    public void Paths_are_parsed_or_refused()
    {
        var random = new Random(1);
        var document = JsonValue.Parse("""{"a":[1,{"b":"x"}],"c":null}""");
        for (var i = 0; i < Count; i++)
        {
            try
            {
                JsonPath.Parse("$" + Text(random)).Evaluate(document);
            }
            catch (Exception exception) when (exception is FormatException or JsonPathException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Fact]
    public void Expressions_are_evaluated_or_refused()
    {
        var random = new Random(2);
        var evaluation = new JsonataEvaluation { TimeLimit = TimeSpan.FromSeconds(1), MaxDepth = 100 };
        for (var i = 0; i < Count; i++)
        {
            try
            {
                JsonataExpression.Parse(Text(random), JsonataDialect.StepFunctions).Evaluate(JsonValue.Null, evaluation);
            }
            catch (JsonataException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Fact]
    public async Task Definitions_are_run_or_refused()
    {
        var random = new Random(3);
        for (var i = 0; i < Count / 4; i++)
        {
            var definition = Mutated(random, new RandomMachine(random).Create());
            if (DefinitionValidator.Validate(definition).Count > 0)
                continue;
            var run = new Run { Clock = new JumpingClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
            await run.RunAsync(StateMachine.Parse("machine", definition), """{"items":[1,2]}""");
        }
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(24); length > 0; length--)
            text.Append(Alphabet[random.Next(Alphabet.Length)]);
        return text.ToString();
    }

    private static string Mutated(Random random, string definition)
    {
        var text = new StringBuilder(definition);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var place = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(place, Math.Min(random.Next(1, 9), text.Length - place));
                    break;
                case 1:
                    text.Insert(place, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                default:
                    text[place] = Alphabet[random.Next(Alphabet.Length)];
                    break;
            }
        }

        return text.ToString();
    }
}
