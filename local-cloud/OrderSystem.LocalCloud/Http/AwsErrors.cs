using System.Text.Json;

namespace OrderSystem.LocalCloud.Http;

/// <summary>Writes errors in the formats of AWS's protocols.</summary>
internal static class AwsErrors
{
    /// <summary>Writes an AWS JSON 1.0 or 1.1 error, with its code in <c>__type</c>.</summary>
    public static async Task WriteJsonAsync(HttpContext context, AwsServiceException error)
    {
        context.Response.Clear();
        AwsRequestId.Stamp(context);
        context.Response.StatusCode = error.StatusCode;
        context.Response.ContentType = context.Request.ContentType is { } type && type.Contains("1.1", StringComparison.Ordinal)
            ? "application/x-amz-json-1.1"
            : "application/x-amz-json-1.0";
        if (error.QueryCode is { } queryCode)
            context.Response.Headers["x-amzn-query-error"] = $"{queryCode};Sender";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("__type", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
    }

    /// <summary>Writes a REST JSON error, as Lambda does, with its code in <c>x-amzn-ErrorType</c>.</summary>
    public static async Task WriteRestAsync(HttpContext context, AwsServiceException error)
    {
        context.Response.Clear();
        AwsRequestId.Stamp(context);
        context.Response.StatusCode = error.StatusCode;
        context.Response.ContentType = "application/json";
        context.Response.Headers["x-amzn-ErrorType"] = error.Code;
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        if (error.Reason is { } reason)
            writer.WriteString("Reason", reason);
        writer.WriteString("Type", error.StatusCode >= 500 ? "Service" : "User");
        // In Lambda's API model, the message member of these two errors starts with a capital letter.
        writer.WriteString(error.Code is "ResourceNotFoundException" or "ServiceException" ? "Message" : "message", error.Message);
        writer.WriteEndObject();
    }
}
