using System.Text.Json;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Tests.Core.Orders;

/// <summary>The names of rejection reasons must not change, because stored orders and running workflows contain them.</summary>
public class RejectionReasonTests
{
    public static TheoryData<RejectionReason, string> Names => new()
    {
        { RejectionReason.Invalid, "invalid" },
        { RejectionReason.PaymentDeclined, "payment_declined" },
        { RejectionReason.InsufficientStock, "insufficient_stock" },
        { RejectionReason.ProcessingFailed, "processing_failed" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reason_keeps_its_name_in_stores_and_in_the_workflows_json(RejectionReason reason, string name)
    {
        Assert.Equal(name, reason.Name());
        Assert.Equal(reason, RejectionReasons.ParseOptional(name));
        Assert.Equal($$"""{"outcome":"Refused","reason":"{{name}}"}""", JsonSerializer.Serialize(StepResult.Refused(reason), StepJson.Default.StepResult));
        Assert.Equal(new StepRequest("o-1", reason), JsonSerializer.Deserialize($$"""{"orderId":"o-1","reason":"{{name}}"}""", StepJson.Default.StepRequest));
    }

    [Fact]
    public void Every_reason_has_a_name() => Assert.Equal(Enum.GetValues<RejectionReason>(), Names.Select(row => row.Data.Item1));

    [Theory]
    [InlineData("\"late\"", "'late' is not a rejection reason. It must be invalid, payment_declined, insufficient_stock or processing_failed; if a newer release wrote it, run that release.")]
    [InlineData("3", "A rejection reason must be a string.")]
    public void An_unknown_reason_is_refused_with_the_known_ones(string json, string message)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize($$"""{"orderId":"o-1","reason":{{json}}}""", StepJson.Default.StepRequest));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
