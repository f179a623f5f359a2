using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Api.Access;
using OrderSystem.Api.Problems;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Inventory;

/// <summary>A product's stock.</summary>
internal sealed record StockView(string Sku, int Available, DateTimeOffset UpdatedAt);

/// <summary>The stock to set for a product.</summary>
internal sealed record StockRequest(int Available);

/// <summary>The <c>/inventory</c> endpoints.</summary>
internal static class InventoryEndpoints
{
    private const int MaximumBytes = 4096;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    public static void MapInventory(this IEndpointRouteBuilder routes)
    {
        var inventory = routes.MapGroup("/inventory").WithTags("Inventory");
        inventory.MapGet("/{sku}", FindAsync).WithName("GetStock").WithSummary("Shows a product's stock").Requires(Permission.Operate)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        inventory.MapPut("/{sku}", SetAsync).WithName("SetStock").WithSummary("Sets a product's stock").Accepts<StockRequest>("application/json").Requires(Permission.Operate)
            .ProducesValidationProblem()
            .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> FindAsync(string sku, IInventory inventory, CancellationToken cancellationToken) =>
        OrderRules.IsSku(sku) && await inventory.FindAsync(sku, cancellationToken) is { } stock
            ? TypedResults.Ok(View(stock))
            : Problem.NotFound($"Product {sku} does not exist.");

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> SetAsync(string sku, HttpRequest request, IInventory inventory, CancellationToken cancellationToken)
    {
        var (body, refusal) = await JsonBody.ReadAsync(request, MaximumBytes, cancellationToken);
        if (refusal is not null)
            return refusal;
        var faults = new List<Fault>();
        OrderRules.CheckSku(sku, "sku", faults);
        if (!TryRead(body, out var available))
            faults.Add(new Fault("", $"must be {{\"available\":N}}, where N is a whole number from 0 to {IInventory.MaximumAvailable}"));
        return faults.Count > 0 ? Problem.Invalid(faults) : TypedResults.Ok(View(await inventory.SetAsync(sku, available, cancellationToken)));
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, out int available)
    {
        available = 0;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.GetPropertyCount() == 1
                && root.TryGetProperty("available", out var number)
                && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt32(out available)
                && available is >= 0 and <= IInventory.MaximumAvailable;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static StockView View(StockLevel stock) => new(stock.Sku, stock.Available, stock.UpdatedAt);
}
