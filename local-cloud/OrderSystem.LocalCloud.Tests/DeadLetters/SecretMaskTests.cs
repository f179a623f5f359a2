using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.LocalCloud.Tests.DeadLetters;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("""{"dynamodb":{"NewImage":{"orderId":{"S":"o-1"},"paymentToken":{"S":"tok_secret"}}}}""", """{"dynamodb":{"NewImage":{"orderId":{"S":"o-1"},"paymentToken":"***"}}}""")]
    [InlineData("""[{"paymentToken":"tok_secret"},{"a":[null,1,true,"b"]}]""", """[{"paymentToken":"***"},{"a":[null,1,true,"b"]}]""")]
    [InlineData("""{"payment":{"token":"tok_secret"}}""", """{"payment":{"token":"***"}}""")]
    [InlineData("\"text\"", "\"text\"")]
    public void A_payment_token_is_masked_anywhere_in_the_text(string json, string masked) =>
        Assert.Equal(masked, SecretMask.Over(JsonNode.Parse(json))!.ToJsonString());
}
