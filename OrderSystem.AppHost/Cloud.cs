using OrderSystem.AppHost.DynamoDb;

namespace OrderSystem.AppHost;

/// <summary>Which cloud the AppHost brings up.</summary>
public enum Cloud
{
    /// <summary>DynamoDB Local, LocalCloud and the functions, a process each.</summary>
    Local,

    /// <summary>Everything in the API's process, on SQLite; needs nothing but .NET.</summary>
    Embedded,

    /// <summary>A stack in AWS: its tables, its stream function and its workflow; the API at the desk.</summary>
    Aws,
}

/// <summary>Decides between the clouds.</summary>
public static class CloudChoice
{
    /// <summary>The cloud that was asked for, else the local one where this machine can run DynamoDB Local.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="say">Told why, where it falls back.</param>
    /// <param name="canRunDynamoDb">Whether this machine can.</param>
    public static async Task<Cloud> MakeAsync(AppHostOptions options, Action<string> say, Func<Task<bool>> canRunDynamoDb)
    {
        if (options.Cloud is { } asked)
            return asked;
        if (await canRunDynamoDb())
            return Cloud.Local;
        say("Neither a Docker engine nor Java 17 with npm is here, so everything runs in the API's process, on SQLite (--cloud embedded). With one of them, the AWS services run as they do in AWS.");
        return Cloud.Embedded;
    }

    /// <summary>The same, with what is installed.</summary>
    public static Task<Cloud> MakeAsync(AppHostOptions options, Action<string> say, CancellationToken cancellationToken) => MakeAsync(
        options, say, () => DynamoDbLocal.CanRunAsync(cancellationToken));
}
