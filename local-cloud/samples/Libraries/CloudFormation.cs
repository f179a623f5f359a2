using OrderSystem.CloudFormation;

internal static class ResourcesOfATemplate
{
    private const string Template = """
        Parameters:
          Stage: { Type: String }
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties: { Handler: worker, Environment: { Variables: { QUEUE: !Ref Orders } } }
          Orders:
            Type: AWS::SQS::Queue
            Properties: { QueueName: !Sub "orders-${Stage}" }
        """;

    public static void Print()
    {
        var template = TemplateReader.Read(new StringReader(Template), "template.yaml");
        var scope = new TemplateScope(template, new Dictionary<string, string> { ["Stage"] = "test" }, "shop", "us-east-1");
        // TemplateOrder returns each resource after the resources that it refers to.
        foreach (var (logicalId, resource) in TemplateOrder.Of(template, scope, isProvisioned: _ => true))
        {
            Console.WriteLine($"{logicalId}: {scope.Properties(logicalId, resource).ToJsonString()}");
            scope.Add(logicalId, new ProvisionedResource($"shop-{logicalId}", new Dictionary<string, string>()));
        }
    }
}
