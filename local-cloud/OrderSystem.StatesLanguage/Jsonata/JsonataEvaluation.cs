using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>
/// The environment of an evaluation. Concurrent evaluations can share an environment whose <see cref="Random"/> is
/// thread-safe.
/// </summary>
public sealed record JsonataEvaluation
{
    /// <summary>The default environment.</summary>
    public static readonly JsonataEvaluation Default = new();

    /// <summary>
    /// Looks up variables that the expression does not define: the function takes a variable's name without <c>$</c>, and
    /// returns the value, or null if the variable does not exist.
    /// </summary>
    public Func<string, StatesValue?>? Variables { get; init; }

    /// <summary>The clock for the time limit and, if <see cref="Now"/> is null, for <c>$now</c> and <c>$millis</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The time that <c>$now</c> and <c>$millis</c> return; set it to make evaluations repeatable.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>
    /// The random number generator for <c>$random</c>, <c>$shuffle</c> and <c>$uuid</c>. A seeded generator makes
    /// evaluations repeatable.
    /// </summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The maximum duration of an evaluation. A longer evaluation fails with <c>U1001</c>.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum depth of nested evaluation steps, counted as in the reference implementation. A deeper evaluation fails with
    /// <c>U1001</c>.
    /// </summary>
    public int MaxDepth { get; init; } = 500;
}
