namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>
/// Computes the first number that Java's <c>java.util.Random</c> returns for a seed. Step Functions returns this number for
/// <c>$random(seed)</c>.
/// </summary>
internal static class JavaRandom
{
    private const long Multiplier = 0x5DEECE66D, Increment = 0xB, Mask = (1L << 48) - 1;

    /// <summary>Returns what Java's <c>new Random(seed).nextDouble()</c> returns: at least 0 and less than 1.</summary>
    public static double NextDouble(long seed)
    {
        var first = Next((seed ^ Multiplier) & Mask);
        var second = Next(first);
        return (((first >> 22) << 27) + (second >> 21)) * (1.0 / (1L << 53));
    }

    private static long Next(long state) => unchecked((state * Multiplier) + Increment) & Mask;
}
