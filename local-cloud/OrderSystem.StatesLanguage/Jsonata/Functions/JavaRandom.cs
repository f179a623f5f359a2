namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>The first number of Java's generator, which Step Functions seeds: a 48-bit linear congruential generator. Java API: <c>java.util.Random</c>.</summary>
internal static class JavaRandom
{
    private const long Multiplier = 0x5DEECE66D, Increment = 0xB, Mask = (1L << 48) - 1;

    /// <summary>What <c>new Random(seed).nextDouble()</c> is, from 0 to below 1.</summary>
    public static double NextDouble(long seed)
    {
        var first = Next((seed ^ Multiplier) & Mask);
        var second = Next(first);
        return (((first >> 22) << 27) + (second >> 21)) * (1.0 / (1L << 53));
    }

    private static long Next(long state) => unchecked((state * Multiplier) + Increment) & Mask;
}
