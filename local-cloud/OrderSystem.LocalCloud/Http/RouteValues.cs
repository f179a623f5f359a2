namespace OrderSystem.LocalCloud.Http;

/// <summary>Reads the parameters of a request's path.</summary>
internal static class RouteValues
{
    /// <summary>Returns the value of a parameter that the route's pattern declares.</summary>
    public static string RouteValue(this HttpContext context, string name) =>
        (string?)context.Request.RouteValues[name] ?? throw new InvalidOperationException($"The route has no parameter {name}.");
}
