#if API_REFERENCE
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using OrderSystem.Core.Orders;
using Scalar.AspNetCore;

namespace OrderSystem.Api.Reference;

/// <summary>
/// The API reference: the OpenAPI document at <c>/openapi/v1.json</c>, and a page at <c>/scalar</c> for reading it and
/// sending requests.
/// </summary>
internal static class ApiReference
{
    public static IServiceCollection AddApiReference(this IServiceCollection services) => services.AddOpenApi(openApi => openApi
        .AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "OrderSystem";
            document.Info.Description = "Accepts orders, which a workflow then processes: it validates, charges, reserves and completes each order, or rejects it and refunds the charge.";
            return Task.CompletedTask;
        })
        .AddOperationTransformer((operation, _, _) =>
        {
            DescribeParameters(operation);
            return Task.CompletedTask;
        }));

    public static void MapApiReference(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        routes.MapScalarApiReference();
    }

    /// <summary>
    /// Adds the description and the type of each parameter to the OpenAPI document. The endpoints read parameters as
    /// text, so that an invalid value is reported like any other validation error.
    /// </summary>
    private static void DescribeParameters(OpenApiOperation operation)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            (parameter.Description, parameter.Schema) = parameter.Name switch
            {
                "limit" => ($"The maximum number of items on a page; {PageSize.Default} by default",
                    new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{PageSize.Maximum}" }),
                "status" => ("Only orders in this status", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Enum.GetNames<OrderStatus>().Select(name => (JsonNode)name)] }),
                "cursor" => ("The nextCursor of the previous page", parameter.Schema),
                "customerId" => ("Only this customer's orders", parameter.Schema),
                "number" => ("The dead letter's number", new OpenApiSchema { Type = JsonSchemaType.Integer }),
                _ => (parameter.Description, parameter.Schema),
            };
        }
    }
}
#endif
