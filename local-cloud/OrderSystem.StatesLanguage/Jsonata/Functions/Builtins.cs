using System.Collections.Frozen;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata's built-in functions by name, with their signatures.</summary>
internal static class Builtins
{
    public static readonly Signature TransformSignature = Signature.Parse("<(oa):o>");

    private static readonly Dictionary<string, NativeValue> Common = new()
    {
        ["sum"] = Of(1, "<a<n>:n>", Aggregates.Sum),
        ["count"] = Of(1, "<a:n>", Aggregates.Count),
        ["max"] = Of(1, "<a<n>:n>", Aggregates.Max),
        ["min"] = Of(1, "<a<n>:n>", Aggregates.Min),
        ["average"] = Of(1, "<a<n>:n>", Aggregates.Average),

        ["string"] = Of(1, "<x-b?:s>", Strings.String),
        ["substring"] = Of(3, "<s-nn?:s>", Strings.Substring),
        ["substringBefore"] = Of(2, "<s-s:s>", Strings.SubstringBefore),
        ["substringAfter"] = Of(2, "<s-s:s>", Strings.SubstringAfter),
        ["lowercase"] = Of(1, "<s-:s>", Strings.Lowercase),
        ["uppercase"] = Of(1, "<s-:s>", Strings.Uppercase),
        ["length"] = Of(1, "<s-:n>", Strings.Length),
        ["trim"] = Of(1, "<s-:s>", Strings.Trim),
        ["pad"] = Of(3, "<s-ns?:s>", Strings.Pad),
        ["join"] = Of(2, "<a<s>s?:s>", Strings.Join),
        ["match"] = Of(3, "<s-f<s:o>n?:a<o>>", RegularExpressions.Match),
        ["contains"] = Of(2, "<s-(sf):b>", RegularExpressions.Contains),
        ["replace"] = Of(4, "<s-(sf)(sf)n?:s>", RegularExpressions.Replace),
        ["split"] = Of(3, "<s-(sf)n?:a<s>>", RegularExpressions.Split),

        ["formatNumber"] = Of(3, "<n-so?:s>", Numbers.FormatNumber),
        ["formatBase"] = Of(2, "<n-n?:s>", Numbers.FormatBase),
        ["formatInteger"] = Of(2, "<n-s:s>", Numbers.FormatInteger),
        ["parseInteger"] = Of(2, "<s-s:n>", Numbers.ParseInteger),
        ["number"] = Of(1, "<(nsb)-:n>", Numbers.Number),
        ["floor"] = Of(1, "<n-:n>", Numbers.Floor),
        ["ceil"] = Of(1, "<n-:n>", Numbers.Ceil),
        ["round"] = Of(2, "<n-n?:n>", Numbers.Round),
        ["abs"] = Of(1, "<n-:n>", Numbers.Abs),
        ["sqrt"] = Of(1, "<n-:n>", Numbers.Sqrt),
        ["power"] = Of(2, "<n-n:n>", Numbers.Power),
        ["boolean"] = Of(1, "<x-:b>", (_, arguments, _, _) => arguments[0] is null ? null : Values.IsTrue(arguments[0])),
        ["not"] = Of(1, "<x-:b>", (_, arguments, _, _) => arguments[0] is null ? null : !Values.IsTrue(arguments[0])),

        ["map"] = Of(2, "<af>", HigherOrder.Map),
        ["zip"] = Of(0, "<a+>", Arrays.Zip),
        ["filter"] = Of(2, "<af>", HigherOrder.Filter),
        ["single"] = Of(2, "<af?>", HigherOrder.Single),
        ["reduce"] = Of(3, "<afj?:j>", HigherOrder.Reduce),
        ["sift"] = Of(2, "<o-f?:o>", HigherOrder.Sift),
        ["each"] = Of(2, "<o-f:a>", HigherOrder.Each),
        ["sort"] = Of(2, "<af?:a>", HigherOrder.Sort),
        ["append"] = Of(2, "<xx:a>", (_, arguments, _, _) => Values.Append(arguments[0], arguments[1])),
        ["reverse"] = Of(1, "<a:a>", Arrays.Reverse),
        ["shuffle"] = Of(1, "<a:a>", Arrays.Shuffle),
        ["distinct"] = Of(1, "<x:x>", Arrays.Distinct),

        ["keys"] = Of(1, "<x-:a<s>>", Objects.Keys),
        ["lookup"] = Of(2, "<x-s:x>", (_, arguments, _, _) => arguments[1] is null ? null : Evaluator.Lookup(arguments[0], Values.Text(arguments[1]))),
        ["exists"] = Of(1, "<x:b>", (_, arguments, _, _) => arguments[0] is not null),
        ["spread"] = Of(1, "<x-:a<o>>", Objects.Spread),
        ["merge"] = Of(1, "<a<o>:o>", Objects.Merge),
        ["error"] = Of(1, "<s?:x>", Objects.Error),
        ["assert"] = Of(2, "<bs?:x>", Objects.Assert),
        ["type"] = Of(1, "<x:s>", Objects.Type),
        ["clone"] = Of(1, "<(oa)-:o>", (_, arguments, _, _) => arguments[0]),

        ["base64encode"] = Of(1, "<s-:s>", Encodings.Base64Encode),
        ["base64decode"] = Of(1, "<s-:s>", Encodings.Base64Decode),
        ["encodeUrlComponent"] = Of(1, "<s-:s>", Encodings.EncodeUrlComponent),
        ["encodeUrl"] = Of(1, "<s-:s>", Encodings.EncodeUrl),
        ["decodeUrlComponent"] = Of(1, "<s-:s>", Encodings.DecodeUrlComponent),
        ["decodeUrl"] = Of(1, "<s-:s>", Encodings.DecodeUrl),

        ["now"] = Of(2, "<s?s?:s>", DatesAndTimes.Now),
        ["millis"] = Of(0, "<:n>", DatesAndTimes.Millis),
        ["toMillis"] = Of(2, "<s-s?:n>", DatesAndTimes.ToMillis),
        ["fromMillis"] = Of(3, "<n-s?s?:s>", DatesAndTimes.FromMillis),
    };

    private static readonly FrozenDictionary<string, NativeValue> OfJsonata = new Dictionary<string, NativeValue>(Common)
    {
        ["random"] = Of(0, "<:n>", (evaluator, _, _, _) => Values.OfNumber(evaluator.Random.NextDouble())),
        ["eval"] = Of(2, "<sx?:x>", Objects.Eval),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, NativeValue> OfStepFunctions = new Dictionary<string, NativeValue>(Common)
    {
        ["random"] = Of(1, "<n?:n>", StepFunctionsAdditions.Random),
        ["partition"] = Of(2, "<an:a>", StepFunctionsAdditions.Partition),
        ["range"] = Of(3, "<nnn?:a>", StepFunctionsAdditions.Range),
        ["hash"] = Of(2, "<ss?:s>", StepFunctionsAdditions.Hash),
        ["uuid"] = Of(0, "<:s>", StepFunctionsAdditions.Uuid),
        ["parse"] = Of(1, "<s-:x>", StepFunctionsAdditions.Parse),
    }.ToFrozenDictionary();

    /// <summary>Returns the built-in function with this name; null if the dialect has no such function.</summary>
    public static NativeValue? Find(string name, JsonataDialect dialect) =>
        (dialect == JsonataDialect.StepFunctions ? OfStepFunctions : OfJsonata).GetValueOrDefault(name);

    private static NativeValue Of(int arity, string signature, Native invoke) => new(arity, Signature.Parse(signature), invoke);
}
