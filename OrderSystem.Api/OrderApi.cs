using System.Text.Json.Serialization;
using OrderSystem.Api.Access;
#if EMBEDDED
using OrderSystem.Api.DeadLetters;
#endif
using OrderSystem.Api.Health;
using OrderSystem.Api.Hosting;
using OrderSystem.Api.Inventory;
using OrderSystem.Api.Orders;
using OrderSystem.Api.Problems;
#if API_REFERENCE
using OrderSystem.Api.Reference;
#endif
using OrderSystem.Aws;
using OrderSystem.Core;
#if EMBEDDED
using OrderSystem.Embedded;
#endif
using OrderSystem.Lambda;
using OrderSystem.Lambda.HttpApi;
using OrderSystem.ServiceDefaults;
using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.Api;

/// <summary>The HTTP API: its services and endpoints.</summary>
public static class OrderApi
{
    /// <summary>Adds the API's services and the cloud named by the configuration key <c>Cloud</c>.</summary>
    /// <exception cref="InvalidOperationException">The configuration key <c>Cloud</c> does not name a known cloud.</exception>
    public static void AddOrderApi(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults("api");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddOrders();
        switch (builder.Configuration["Cloud"])
        {
            case null or "Aws" or "Local":
                builder.Services.AddAwsCloud(builder.Configuration).AddCatalogueSeeding(builder.Configuration);
                break;
#if EMBEDDED
            case "Embedded":
                builder.Services.AddEmbeddedCloud(builder.Configuration);
                builder.Services.AddHealthChecks()
                    .AddCheck<EmbeddedStoreHealth>("store")
                    .AddCheck<EmbeddedMappingHealth>("mapping")
                    .AddCheck<EmbeddedEngineHealth>("engine");
                break;
#endif
            case var other:
                throw new InvalidOperationException($"The configuration key Cloud is '{other}', which is not a known cloud. Set it to Local, Aws or Embedded; a package for AWS does not contain Embedded.");
        }

        builder.Services.AddHttpApi(builder.Configuration, handler: "Api")
            .BeforeFreeze<TelemetryFlush>((telemetry, cancellationToken) => telemetry.FlushAsync(cancellationToken));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddLocalAccess();
        builder.Services.AddCallerAccess(builder.Configuration);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<StoreUnavailableHandler>();
        builder.Services.AddOverload(builder.Configuration);
        builder.Services.AddHealthChecks()
            .AddCheck<OrderStoreHealth>("orders")
            .AddCheck<InventoryHealth>("inventory")
            .AddCheck<PaymentLedgerHealth>("payments");
#if API_REFERENCE
        builder.Services.AddApiReference();
#endif
    }

    /// <summary>
    /// Maps <c>/orders</c>, <c>/inventory</c>, <c>/health</c> and <c>/alive</c>; in development also
    /// <c>/openapi/v1.json</c> and <c>/scalar</c>; with the embedded cloud also <c>/dead-letters</c>.
    /// </summary>
    public static void UseOrderApi(this WebApplication app)
    {
        app.UseTraceStateLimit();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseLocalAccess();
        app.UseCallerAccess();
        app.UseRateLimiter();
        app.MapDefaultEndpoints();
#if API_REFERENCE
        app.MapApiReference();
#endif
        app.MapOrders();
        app.MapInventory();
#if EMBEDDED
        if (app.Configuration["Cloud"] == "Embedded")
            app.MapDeadLetters();
#endif
    }
}
