using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>The parts of a task token, which are the same when a resumed execution repeats the attempt.</summary>
internal readonly record struct TaskToken(string ExecutionArn, int EnteredEventId, int RetryCount, int Redrives)
{
    public static TaskToken For(StateScope scope) =>
        new(scope.Execution.Context.ExecutionArn, scope.EnteredEventId, scope.RetryCount, scope.Execution.Context.Redrives);

    /// <summary>Returns the opaque token. Call it on demand: it costs as much as the rest of a transition.</summary>
    public string ToText() => Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes($"{ExecutionArn}#{EnteredEventId}#{RetryCount}#{Redrives}")));
}
