using System.Diagnostics;

namespace OrderSystem.ServiceDefaults;

/// <summary>
/// Converts between W3C trace contexts and X-Ray tracing headers (<c>Root=1-…;Parent=…;Sampled=…</c>). Both formats contain
/// the same 128-bit trace id, but X-Ray writes a hyphen after the first 32 bits of the id. AWS X-Ray Developer Guide:
/// "Tracing header".
/// </summary>
public static class XRayTraceHeader
{
    /// <summary>Writes a span's context as a tracing header.</summary>
    public static string Format(ActivityContext context)
    {
        var trace = context.TraceId.ToHexString();
        var sampled = context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? '1' : '0';
        return $"Root=1-{trace[..8]}-{trace[8..]};Parent={context.SpanId.ToHexString()};Sampled={sampled}";
    }

    /// <summary>Reads a tracing header; returns false if the header has no parent span or is malformed.</summary>
    public static bool TryParse(string? header, out ActivityContext context)
    {
        context = default;
        if (string.IsNullOrEmpty(header))
            return false;
        string? root = null, parent = null, sampled = null;
        foreach (var field in header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (field.StartsWith("Root=", StringComparison.OrdinalIgnoreCase))
                root = field[5..];
            else if (field.StartsWith("Parent=", StringComparison.OrdinalIgnoreCase))
                parent = field[7..];
            else if (field.StartsWith("Sampled=", StringComparison.OrdinalIgnoreCase))
                sampled = field[8..];
        }

        if (root is not ['1', '-', .. { Length: 33 } id] || id[8] != '-' || parent?.Length != 16)
            return false;
        return ActivityContext.TryParse($"00-{id[..8]}{id[9..]}-{parent}-{(sampled == "1" ? "01" : "00")}", null, isRemote: true, out context);
    }
}
