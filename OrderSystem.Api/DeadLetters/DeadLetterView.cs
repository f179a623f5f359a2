#if EMBEDDED
using System.Text.Json.Nodes;
using OrderSystem.Embedded.DeadLetters;

namespace OrderSystem.Api.DeadLetters;

/// <summary>A dead letter as clients see it, without payment tokens. Lists of dead letters omit <c>Message</c>.</summary>
internal sealed record DeadLetterView(long Number, string Queue, DateTimeOffset SentAt, string Why, string What, IReadOnlyList<string> OrderIds, JsonNode? Message)
{
    public static DeadLetterView From(ParkedMessage message) =>
        new(message.Number, message.Queue, message.SentAt, message.Why, message.What, message.OrderIds, Message: null);

    public static DeadLetterView Whole(ParkedMessage message) => From(message) with { Message = message.Shown() };
}

/// <summary>One page of dead letters.</summary>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterView> DeadLetters, string? NextCursor);

/// <summary>The response to a redrive. <c>Execution</c> is null if the redrive started no execution.</summary>
internal sealed record DeadLetterRedriven(string Message, IReadOnlyList<string> OrderIds, string? Execution);
#endif
