using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>
/// Runs the tasks <c>dynamodb:getItem</c>, <c>putItem</c>, <c>updateItem</c> and <c>deleteItem</c> in DynamoDB Local.
/// </summary>
internal sealed class DynamoDbIntegration(DynamoDbClient dynamoDb) : IServiceIntegration
{
    public string Service => "dynamodb";

    public async ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var operation = request.Resource.Api switch
        {
            "getItem" => "GetItem",
            "putItem" => "PutItem",
            "updateItem" => "UpdateItem",
            "deleteItem" => "DeleteItem",
            _ => throw IntegrationErrors.Unavailable(request),
        };
        try
        {
            var answer = await dynamoDb.CallAsync(operation, JsonNode.Parse(request.Parameters.ToJsonString()) as JsonObject ?? [], cancellationToken);
            var requestId = Guid.NewGuid().ToString();
            return ((StatesObject)StatesValue.Parse(answer.ToJsonString()))
                .With("SdkHttpMetadata", SdkMetadata.Http(requestId))
                .With("SdkResponseMetadata", SdkMetadata.Response(requestId));
        }
        catch (AwsServiceException exception) when (exception.Code == "ValidationException")
        {
            throw new StatesErrorException(
                "DynamoDB.AmazonDynamoDBException",
                $"{exception.Message} (Service: AmazonDynamoDBv2; Status Code: {exception.StatusCode}; Error Code: {exception.Code}; Request ID: {Guid.NewGuid()}; Proxy: null)");
        }
        catch (AwsServiceException exception)
        {
            throw new StatesErrorException(
                $"DynamoDB.{exception.Code}",
                $"{exception.Message} (Service: AmazonDynamoDBv2; Status Code: {exception.StatusCode}; Error Code: {exception.Code}; Request ID: {Guid.NewGuid()}; Proxy: null)");
        }
        catch (HttpRequestException exception)
        {
            throw new StatesErrorException("DynamoDB.SdkClientException", $"Unable to execute HTTP request: {exception.Message}");
        }
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) =>
        throw IntegrationErrors.Unavailable(request);
}
