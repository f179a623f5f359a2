using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Api.Access;
using OrderSystem.Api.Problems;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Api.Orders;

/// <summary>The <c>/orders</c> endpoints.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        // Map each endpoint with its full path: with a group prefix, the span of a POST to /orders would be named "POST /orders/".
        var orders = routes.MapGroup("").WithTags("Orders");
        orders.MapPost("/orders", PlaceAsync)
            .WithName("PlaceOrder").WithSummary("Places an order; safe to repeat with the same orderId and body")
            .Accepts<OrderRequest>("application/json")
            .Requires(Permission.Order)
            .ProducesValidationProblem()
            .ProducesProblems(StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status503ServiceUnavailable);
        orders.MapGet("/orders", ListAsync).WithName("ListOrders").WithSummary("Lists a customer's orders, or those in a status, newest first")
            .Requires(Permission.Read)
            .ProducesValidationProblem()
            .ProducesProblems(StatusCodes.Status503ServiceUnavailable);
        orders.MapGet("/orders/{orderId}", FindAsync).WithName("GetOrder").WithSummary("Shows an order").Requires(Permission.Read)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        orders.MapGet("/orders/{orderId}/payments", FindPaymentAsync).WithName("GetOrderPayments").WithSummary("Shows an order's charge and refund").Requires(Permission.Read)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Created<OrderCreated>, Ok<OrderCreated>, ProblemHttpResult>> PlaceAsync(
        HttpRequest request, PlaceOrder placeOrder, CancellationToken cancellationToken)
    {
        var (body, refusal) = await JsonBody.ReadAsync(request, OrderReader.MaximumBytes, cancellationToken);
        if (refusal is not null)
            return refusal;
        if (!OrderReader.TryRead(body, out var order, out var faults))
            return Problem.Invalid(faults);
        if (!request.HttpContext.Caller().MayPlaceFor(order.CustomerId))
            return Problem.Forbidden("The customerId must be the caller's own.");

        var (outcome, placed) = await placeOrder.HandleAsync(order, cancellationToken);
        return outcome switch
        {
            PlacementOutcome.Created => TypedResults.Created($"/orders/{placed.OrderId}", new OrderCreated("Order Created", OrderView.From(placed))),
            PlacementOutcome.Repeated => TypedResults.Ok(new OrderCreated("Order Already Created", OrderView.From(placed))),
            _ => TypedResults.Problem(
                $"Order {placed.OrderId} already exists with different content. Use another orderId, or leave it out to have one generated.",
                statusCode: StatusCodes.Status409Conflict),
        };
    }

    private static async Task<Results<Ok<OrderList>, ProblemHttpResult>> ListAsync(
        string? customerId, string? status, string? limit, string? cursor, HttpContext context, IOrderStore orders, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        OrderStatus? wanted = null;
        if (customerId is null && status is null)
            faults.Add(new Fault("", "give customerId, status or both, such as /orders?customerId=c-1 or /orders?status=Rejected"));
        if (customerId is not null)
            OrderRules.CheckCustomerId(customerId, faults);
        if (status is not null)
        {
            if (Enum.TryParse<OrderStatus>(status, ignoreCase: true, out var parsed) && char.IsLetter(status[0]) && Enum.IsDefined(parsed))
                wanted = parsed;
            else
                faults.Add(new Fault("status", $"must be one of {string.Join(", ", Enum.GetNames<OrderStatus>())}"));
        }

        var size = PageSize.Read(limit, faults);
        PagePosition? after = null;
        if (cursor is not null && faults.Count == 0)
        {
            if (PageCursor.TryRead(cursor, customerId, wanted, out var position))
                after = position;
            else
                faults.Add(new Fault("cursor", "must be the nextCursor of the previous page, with the same customerId and status"));
        }

        if (faults.Count > 0)
            return Problem.Invalid(faults);
        if (context.Caller() is { MayOperate: false } caller && (customerId is null || !caller.MaySee(customerId)))
            return Problem.Forbidden("The caller may list only its own orders. Set customerId to the caller's own.");
        var page = await orders.ListAsync(new OrderQuery(customerId, wanted, size, after), cancellationToken);
        return TypedResults.Ok(new OrderList(
            [.. page.Orders.Select(OrderView.From)],
            page.Next is { } next ? PageCursor.Write(next, customerId, wanted) : null));
    }

    // Return 404 rather than 403: a caller must not learn which ids other customers use.
    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> FindAsync(string orderId, HttpContext context, IOrderStore orders, CancellationToken cancellationToken) =>
        OrderRules.IsOrderId(orderId) && await orders.FindAsync(orderId, cancellationToken) is { } order && context.Caller().MaySee(order.CustomerId)
            ? TypedResults.Ok(OrderView.From(order))
            : Problem.NotFound($"Order {orderId} does not exist.");

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> FindPaymentAsync(
        string orderId, HttpContext context, IOrderStore orders, IPaymentLedger ledger, CancellationToken cancellationToken) =>
        OrderRules.IsOrderId(orderId)
        && await MaySeeAsync(context.Caller(), orderId, orders, cancellationToken)
        && await ledger.FindAsync(orderId, cancellationToken) is { } payment
            ? TypedResults.Ok(PaymentView.From(payment))
            : Problem.NotFound($"Order {orderId} does not exist or has no payment yet.");

    private static async ValueTask<bool> MaySeeAsync(Caller caller, string orderId, IOrderStore orders, CancellationToken cancellationToken) =>
        caller.MayOperate || (await orders.FindAsync(orderId, cancellationToken) is { } order && caller.MaySee(order.CustomerId));
}
