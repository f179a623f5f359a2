using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Intrinsics;

/// <summary>
/// The intrinsic functions of the JSONPath query language. AWS Step Functions Developer Guide: "Intrinsic functions for
/// JSONPath states in Step Functions".
/// </summary>
internal static class IntrinsicFunctions
{
    private const int LargestHashInput = 10_000, LargestRange = 1_000;

    /// <summary>The intrinsic functions by their name in a definition.</summary>
    public static readonly FrozenDictionary<string, IntrinsicFunction> ByName = new IntrinsicFunction[]
    {
        new("States.Format", 1, int.MaxValue, JavaFormat.Format),
        new("States.StringToJson", 1, 1, StringToJson),
        new("States.JsonToString", 1, 1, static call => call.Arguments[0].ToJsonString()),
        new("States.Array", 0, int.MaxValue, static call => new StatesArray(call.Arguments)),
        new("States.ArrayPartition", 2, 2, ArrayPartition),
        new("States.ArrayContains", 2, 2, static call => StatesBoolean.Of(call.Array(0).Contains(call.Arguments[1]))),
        new("States.ArrayRange", 3, 3, ArrayRange),
        new("States.ArrayGetItem", 2, 2, ArrayGetItem),
        new("States.ArrayLength", 1, 1, static call => StatesNumber.Of(call.Array(0).Count)),
        new("States.ArrayUnique", 1, 1, static call => new StatesArray(call.Array(0).Distinct())),
        new("States.Base64Encode", 1, 1, Base64Encode),
        new("States.Base64Decode", 1, 1, Base64Decode),
        new("States.Hash", 2, 2, Hash),
        new("States.JsonMerge", 3, 3, JsonMerge),
        new("States.MathRandom", 2, 3, MathRandom),
        new("States.MathAdd", 2, 2, static call => StatesNumber.Of(unchecked(call.Integer(0) + call.Integer(1)))),
        new("States.StringSplit", 2, 2, StringSplit),
        new("States.UUID", 0, 0, Uuid),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private static StatesValue StringToJson(IntrinsicCall call)
    {
        var text = call.Text(0);
        if (string.IsNullOrWhiteSpace(text))
            return StatesValue.Null;
        try
        {
            return StatesValue.Parse(text);
        }
        catch (JsonException)
        {
            throw new IntrinsicException("Invalid JSON string.");
        }
    }

    private static StatesArray ArrayPartition(IntrinsicCall call)
    {
        var array = call.Array(0);
        var size = call.Integer(1);
        if (size <= 0)
            throw new IntrinsicException("The chunk size must be a positive, non-zero integer.");
        return new StatesArray(array.Chunk((int)Math.Min(size, int.MaxValue)).Select(chunk => (StatesValue)new StatesArray(chunk)).ToArray());
    }

    private static StatesArray ArrayRange(IntrinsicCall call)
    {
        var (first, last, step) = (call.Integer(0), call.Integer(1), call.Integer(2));
        if (step == 0)
            throw new IntrinsicException("The increment must not be zero.");
        if (step > 0 ? last < first : last > first)
            return StatesArray.Empty;
        var count = ((Int128)last - first) / step + 1;
        if (count > LargestRange)
            throw new IntrinsicException("The range must not exceed 1000 elements.");
        return new StatesArray(Enumerable.Range(0, (int)count).Select(i => (StatesValue)StatesNumber.Of(first + (i * step))).ToArray());
    }

    private static StatesValue ArrayGetItem(IntrinsicCall call)
    {
        var array = call.Array(0);
        var index = call.Integer(1);
        return index >= 0 && index < array.Count ? array[(int)index] : throw new IntrinsicException("The index is out of the bounds of the array.");
    }

    private static string Limited(IntrinsicCall call)
    {
        var text = call.Text(0);
        return text.Length <= LargestHashInput ? text : throw new IntrinsicException("The input must not exceed 10000 characters.");
    }

    private static StatesValue Base64Encode(IntrinsicCall call) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Limited(call)));

    private static StatesValue Base64Decode(IntrinsicCall call)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(Limited(call)));
        }
        catch (FormatException)
        {
            throw new IntrinsicException("The input is not valid Base64.");
        }
    }

#pragma warning disable CA5350, CA5351 // States.Hash must support MD5 and SHA-1; no security depends on them here.
    private static StatesValue Hash(IntrinsicCall call)
    {
        var data = Encoding.UTF8.GetBytes(call.Arguments[0] is StatesString ? Limited(call) : call.Arguments[0].ToJsonString());
        var hash = call.Text(1) switch
        {
            "MD5" => MD5.HashData(data),
            "SHA-1" => SHA1.HashData(data),
            "SHA-256" => SHA256.HashData(data),
            "SHA-384" => SHA384.HashData(data),
            "SHA-512" => SHA512.HashData(data),
            _ => throw new IntrinsicException("The algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512."),
        };
        return Convert.ToHexStringLower(hash);
    }
#pragma warning restore CA5350, CA5351

    private static StatesObject JsonMerge(IntrinsicCall call)
    {
        if (call.Arguments[2] is not StatesBoolean { Value: false })
            throw new IntrinsicException("Only the shallow merge is supported: the third argument must be false.");
        var merged = call.Object(0);
        foreach (var (name, value) in call.Object(1))
            merged = merged.With(name, value);
        return merged;
    }

    private static StatesNumber MathRandom(IntrinsicCall call)
    {
        var (from, to) = (call.Integer(0), call.Integer(1));
        if (from >= to)
            throw new IntrinsicException("The start must be less than the end.");
        var random = call.Arguments.Length == 3 ? new Random((int)call.Integer(2)) : call.Random;
        return StatesNumber.Of(random.NextInt64(from, to));
    }

    // As in Java's StringTokenizer, each character of the second string is a separator. If the second string is empty, the first
    // string is not split.
    private static StatesArray StringSplit(IntrinsicCall call) => call.Text(1).Length == 0
        ? new(call.Text(0).Length == 0 ? [] : [(StatesValue)call.Text(0)])
        : new(call.Text(0).Split(call.Text(1).ToCharArray(), StringSplitOptions.RemoveEmptyEntries).Select(part => (StatesValue)part).ToArray());

    private static StatesValue Uuid(IntrinsicCall call)
    {
        Span<byte> bytes = stackalloc byte[16];
        call.Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
