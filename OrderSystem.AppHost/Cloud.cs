using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.AppHost;

/// <summary>Which cloud the AppHost runs.</summary>
public enum Cloud
{
    /// <summary>DynamoDB Local, LocalCloud and the functions, a process each.</summary>
    Local,

    /// <summary>Everything in the API's process, on SQLite; needs nothing but .NET.</summary>
    Embedded,

    /// <summary>A stack in AWS: its tables, its stream function and its workflow; the API on this machine.</summary>
    Aws,
}

/// <summary>Decides between the clouds.</summary>
internal static class CloudChoice
{
    /// <summary>The cloud that was asked for, else the local one where this machine can run DynamoDB Local.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="say">Receives the reason when the choice falls back to the embedded cloud.</param>
    public static Task<Cloud> MakeAsync(Cloud? asked, Action<string> say) => MakeAsync(asked, say, () => DynamoDBLocal.CanRunAsync(CancellationToken.None));

    internal static async Task<Cloud> MakeAsync(Cloud? asked, Action<string> say, Func<Task<bool>> canRunDynamoDb)
    {
        if (asked is { } cloud)
            return cloud;
        if (await canRunDynamoDb())
            return Cloud.Local;
        say("Neither a Docker engine nor Java 17 with npm is installed, so everything runs in the API's process, on SQLite (--cloud embedded). Install either to run the AWS services as processes of their own.");
        return Cloud.Embedded;
    }
}
