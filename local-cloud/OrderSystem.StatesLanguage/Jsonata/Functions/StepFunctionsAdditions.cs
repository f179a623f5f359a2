using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>The functions that Step Functions adds to JSONata. AWS Step Functions Developer Guide: "Transforming data with JSONata in Step Functions".</summary>
internal static class StepFunctionsAdditions
{
    private const double LargestRange = 1e7;

    public static StatesValue? Random(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Values.OfNumber(arguments[0] is { } seed ? JavaRandom.NextDouble((long)Values.Number(seed)) : evaluator.Random.NextDouble());

    public static StatesValue? Partition(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null || arguments[1] is null)
            return null;
        var size = Math.Floor(Values.Number(arguments[1]));
        if (size < 1)
            throw JsonataErrors.Create("T0410", ("index", 2), ("value", arguments[1]));
        return new Sequence(
            [.. Values.ItemsOrSelf(arguments[0]).Chunk((int)Math.Min(size, int.MaxValue)).Select(chunk => new StatesArray(chunk))],
            isSequence: false);
    }

    public static StatesValue? Range(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null || arguments[1] is null)
            return null;
        // Step Functions truncates fractional arguments of $range.
        var (first, last) = (Math.Truncate(Values.Number(arguments[0]!)), Math.Truncate(Values.Number(arguments[1]!)));
        var step = arguments[2] is null ? 1 : Math.Truncate(Values.Number(arguments[2]!));
        if (step == 0)
            throw JsonataErrors.Create("T0410", ("index", 3), ("value", arguments[2]));
        var size = Math.Floor((last - first) / step) + 1;
        if (!(size <= LargestRange))
            throw JsonataErrors.Create("D2014", ("value", Values.OfNumber(size)));
        List<StatesValue> items = [];
        for (var i = 0; i < size; i++)
            items.Add(Values.OfNumber(first + (i * step)));
        return new Sequence(items, isSequence: false);
    }

    public static StatesValue? Hash(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var data = Encoding.UTF8.GetBytes(Values.Text(arguments[0]));
        var algorithm = arguments[1] is null ? "SHA-256" : Values.Text(arguments[1]);
#pragma warning disable CA5350, CA5351 // As in Step Functions, the caller chooses the algorithm.
        var hash = algorithm switch
        {
            "MD5" => MD5.HashData(data),
            "SHA-1" => SHA1.HashData(data),
            "SHA-256" => SHA256.HashData(data),
            "SHA-384" => SHA384.HashData(data),
            "SHA-512" => SHA512.HashData(data),
            _ => throw JsonataErrors.Create("T0410", ("index", 2), ("value", arguments[1])),
        };
#pragma warning restore CA5350, CA5351
        return Convert.ToHexStringLower(hash);
    }

    public static StatesValue? Uuid(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        Span<byte> bytes = stackalloc byte[16];
        evaluator.Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    public static StatesValue? Parse(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        try
        {
            return StatesValue.Parse(Values.Text(arguments[0]));
        }
        catch (JsonException e)
        {
            throw JsonataErrors.Create("D3137", ("message", $"Unable to parse the argument of $parse() as JSON: {e.Message}"));
        }
    }
}
