namespace OrderSystem.LocalCloud.Http;

/// <summary>The request id that every AWS response has in its header <c>x-amzn-RequestId</c>.</summary>
internal static class AwsRequestId
{
    private static readonly object Key = new();

    /// <summary>The request's id, created on first use.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Items[Key] is string id)
            return id;
        id = Guid.NewGuid().ToString();
        context.Items[Key] = id;
        return id;
    }

    /// <summary>Adds the request id to the response's headers.</summary>
    public static void Stamp(HttpContext context) => context.Response.Headers["x-amzn-RequestId"] = Of(context);
}
