using OrderSystem.AppHost.DynamoDb;

namespace OrderSystem.AppHost.Standalone;

/// <summary>One process of the pipeline.</summary>
/// <param name="Name">Its name, in logs and in traces.</param>
/// <param name="Command">What to start.</param>
public sealed record Resource(string Name, Command Command)
{
    /// <summary>Variables added to the AppHost's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The resources that must be healthy before this one is started.</summary>
    public IReadOnlyList<string> WaitFor { get; init; } = [];

    /// <summary>Answers once the process is ready to work; null where running is all there is to know.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>Whether its end takes the others' data with it, so that starting it again would only hide the loss.</summary>
    public bool Essential { get; init; }
}

/// <summary>A GET that tells whether a process is ready.</summary>
/// <param name="Address">What to ask.</param>
/// <param name="Status">The HTTP status of a ready process.</param>
public sealed record HealthCheck(Uri Address, int Status = 200);

/// <summary>A resource that could not be brought up, or kept up; the message says which and what it said last.</summary>
public sealed class ResourceFailedException(string message) : Exception(message);
