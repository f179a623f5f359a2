using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>What an evaluation may use besides its input. Evaluations that share nothing but this and the expression may run at once.</summary>
public sealed record JsonataEvaluation
{
    /// <summary>The defaults.</summary>
    public static readonly JsonataEvaluation Default = new();

    /// <summary>Gives the value of a variable that the expression does not define itself, named without its <c>$</c>; null if it does not exist.</summary>
    public Func<string, JsonValue?>? Variables { get; init; }

    /// <summary>The clock of the time limit and, where <see cref="Now"/> is not set, of <c>$now</c> and <c>$millis</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The instant that <c>$now</c> and <c>$millis</c> tell, so that a repeated evaluation answers the same.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Source of <c>$random</c>, <c>$shuffle</c> and <c>$uuid</c>; a seeded one makes a repeated evaluation answer the same.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>How long an evaluation may take before it fails with <c>U1001</c>.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How deeply evaluations may nest before they fail with <c>U1001</c>, counted as the reference implementation does.</summary>
    public int MaxDepth { get; init; } = 500;
}
