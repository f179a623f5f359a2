#if API_REFERENCE
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using OrderSystem.Core.Orders;
using Scalar.AspNetCore;

namespace OrderSystem.Api.Reference;

/// <summary>What the API says of itself: <c>/openapi/v1.json</c>, and <c>/scalar</c> to read it and try things.</summary>
internal static class ApiReference
{
    public static IServiceCollection AddApiReference(this IServiceCollection services) => services.AddOpenApi(openApi => openApi
        .AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "OrderSystem";
            document.Info.Description = "Orders are accepted here and processed behind: validated, paid, reserved, completed; or rejected, with the money given back.";
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

    /// <summary>The parameters are read as text, so that a bad one is told like any other fault; the document says what they are.</summary>
    private static void DescribeParameters(OpenApiOperation operation)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            (parameter.Description, parameter.Schema) = parameter.Name switch
            {
                "limit" => ($"How many at most; {PageSize.Default} unless told", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{PageSize.Maximum}" }),
                "status" => ("Only orders in this status", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Enum.GetNames<OrderStatus>().Select(name => (JsonNode)name)] }),
                "cursor" => ("The nextCursor of the page before", parameter.Schema),
                "customerId" => ("Only this customer's orders", parameter.Schema),
                "number" => ("Its number in the list", new OpenApiSchema { Type = JsonSchemaType.Integer }),
                _ => (parameter.Description, parameter.Schema),
            };
        }
    }
}
#endif
