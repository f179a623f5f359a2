using System.Security.Cryptography;
using System.Text;
using OrderSystem.StatesLanguage.Engine;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>
/// The data that a task token is computed from. The data and the token stay the same when a resumed execution repeats
/// the attempt.
/// </summary>
internal readonly record struct TaskToken(string ExecutionArn, int EnteredEventId, int RetryCount, int Redrives)
{
    public static TaskToken For(StateScope scope) =>
        new(scope.Execution.Context.ExecutionArn, scope.EnteredEventId, scope.RetryCount, scope.Execution.Context.Redrives);

    /// <summary>
    /// Returns the opaque token. Call this method only when the token is needed: computing the token takes as long as the
    /// rest of a state transition.
    /// </summary>
    public string ToText() => Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes($"{ExecutionArn}#{EnteredEventId}#{RetryCount}#{Redrives}")));
}
