using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>The environment of an evaluation. Evaluations that share only this and the expression can run concurrently.</summary>
public sealed record JsonataEvaluation
{
    /// <summary>The default environment.</summary>
    public static readonly JsonataEvaluation Default = new();

    /// <summary>Returns a variable that the expression does not define, by its name without the <c>$</c>; null if it does not exist.</summary>
    public Func<string, JsonValue?>? Variables { get; init; }

    /// <summary>The clock for the time limit and, if <see cref="Now"/> is null, for <c>$now</c> and <c>$millis</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The instant that <c>$now</c> and <c>$millis</c> return; set it to make evaluations repeatable.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The source of <c>$random</c>, <c>$shuffle</c> and <c>$uuid</c>; use a seeded one to make evaluations repeatable.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The maximum duration of an evaluation, which then fails with <c>U1001</c>.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum depth before <c>U1001</c>, counted as in the reference implementation.</summary>
    public int MaxDepth { get; init; } = 500;
}
