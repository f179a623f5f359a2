using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
#if EMBEDDED
using OrderSystem.Api.DeadLetters;
#endif
using OrderSystem.Api.Inventory;
using OrderSystem.Api.Orders;

namespace OrderSystem.Api;

/// <summary>JSON serialization of every body that the API writes or documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(OrderCreated))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderList))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(StockView))]
[JsonSerializable(typeof(StockRequest))]
[JsonSerializable(typeof(OrderRequest))]
#if EMBEDDED
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(DeadLetterRedriven))]
#endif
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
