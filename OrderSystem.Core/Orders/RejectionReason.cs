using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.Core.Orders;

/// <summary>
/// Why an order was rejected. <see cref="RejectionReasons.Name"/> returns the name that JSON, stores, logs and metrics
/// contain.
/// </summary>
[JsonConverter(typeof(RejectionReasonConverter))]
public enum RejectionReason
{
    /// <summary>The stored order violates <see cref="OrderRules"/>.</summary>
    Invalid,

    /// <summary>The payment gateway declined the charge.</summary>
    PaymentDeclined,

    /// <summary>An order line requests more than the available stock.</summary>
    InsufficientStock,

    /// <summary>A step failed permanently. All possible effects of the order's steps were undone.</summary>
    ProcessingFailed,
}

/// <summary>
/// The names of rejection reasons. Stored orders and the workflow's definition contain these names, so the names must never
/// change.
/// </summary>
public static class RejectionReasons
{
    /// <summary>Returns the name of a reason, such as <c>payment_declined</c>.</summary>
    public static string Name(this RejectionReason reason) => reason switch
    {
        RejectionReason.Invalid => "invalid",
        RejectionReason.PaymentDeclined => "payment_declined",
        RejectionReason.InsufficientStock => "insufficient_stock",
        RejectionReason.ProcessingFailed => "processing_failed",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This rejection reason has no name."),
    };

    /// <summary>Returns the reason with the given name.</summary>
    /// <exception cref="FormatException">No reason has this name.</exception>
    public static RejectionReason Parse(string name) => name switch
    {
        "invalid" => RejectionReason.Invalid,
        "payment_declined" => RejectionReason.PaymentDeclined,
        "insufficient_stock" => RejectionReason.InsufficientStock,
        "processing_failed" => RejectionReason.ProcessingFailed,
        _ => throw new FormatException(
            $"'{name}' is not a rejection reason. It must be invalid, payment_declined, insufficient_stock or processing_failed; if a newer release wrote it, run that release."),
    };

    /// <summary>Returns the reason with the given name; returns null if the name is null.</summary>
    /// <exception cref="FormatException">No reason has this name.</exception>
    public static RejectionReason? ParseOptional(string? name) => name is null ? null : Parse(name);
}

/// <summary>Reads and writes a rejection reason as its name.</summary>
internal sealed class RejectionReasonConverter : JsonConverter<RejectionReason>
{
    public override RejectionReason Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("A rejection reason must be a string.");
        try
        {
            return RejectionReasons.Parse(reader.GetString()!);
        }
        catch (FormatException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, RejectionReason value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name());
}
