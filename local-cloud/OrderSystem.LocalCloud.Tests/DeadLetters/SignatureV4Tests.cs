using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.DeadLetters;

namespace OrderSystem.LocalCloud.Tests.DeadLetters;

public class SignatureV4Tests
{
    /// <summary>Tests request signing with the example in the AWS General Reference.</summary>
    [Fact]
    public void A_request_is_signed_as_in_the_AWS_example()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));
        using var handler = new SignatureV4Handler(
            "us-east-1", () => new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null), time);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
        {
            Content = new ByteArrayContent([]),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        handler.Sign(request, [], "iam");
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
                + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            request.Headers.GetValues("Authorization").Single());
    }
}
