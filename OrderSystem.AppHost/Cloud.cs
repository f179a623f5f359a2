using OrderSystem.LocalCloud.Hosting.DynamoDB;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.AppHost;

/// <summary>The clouds that the AppHost can run the pipeline on.</summary>
public enum Cloud
{
    /// <summary>DynamoDB Local, LocalCloud and the functions run on this machine, each in its own process.</summary>
    Local,

    /// <summary>Everything runs in the API's process, on SQLite. Only .NET is needed.</summary>
    Embedded,

    /// <summary>The tables, the stream function and the workflow are in a stack in AWS; the API runs on this machine.</summary>
    Aws,
}

/// <summary>Chooses the cloud.</summary>
internal static class CloudChoice
{
    /// <summary>
    /// Returns the requested cloud. If no cloud is requested, returns the local cloud if this machine can run DynamoDB
    /// Local, and the embedded cloud otherwise.
    /// </summary>
    /// <param name="asked">The requested cloud; null if none is requested.</param>
    /// <param name="say">Receives the reason when the choice falls back to the embedded cloud.</param>
    /// <exception cref="MissingToolException">The local cloud is requested, but this machine can't run DynamoDB Local.</exception>
    public static Task<Cloud> MakeAsync(Cloud? asked, Action<string> say) => MakeAsync(asked, say, () => DynamoDBLocal.CanRunAsync(CancellationToken.None));

    internal static async Task<Cloud> MakeAsync(Cloud? asked, Action<string> say, Func<Task<bool>> canRunDynamoDb)
    {
        if (asked is Cloud.Embedded or Cloud.Aws)
            return asked.Value;
        if (await canRunDynamoDb())
            return Cloud.Local;
        if (asked is Cloud.Local)
            throw new MissingToolException(DynamoDBLocal.Requirements + " Without them, use --cloud embedded.");
        say("Neither a Docker engine nor Java 17 with npm is installed, so everything runs in the API's process, on SQLite (--cloud embedded). Install either to run the AWS services in their own processes.");
        return Cloud.Embedded;
    }
}
