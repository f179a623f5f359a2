using System.Globalization;
using System.Xml;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.CloudFormation;

/// <summary>
/// The part of the CloudFormation API that describes a stack: <c>DescribeStacks</c>, <c>DescribeStackResource</c>,
/// <c>DescribeStackResources</c>, <c>ListStackResources</c>, <c>GetTemplate</c>. See the CloudFormation API Reference.
/// </summary>
internal sealed class CloudFormationService(Stack stack) : IAwsQueryService
{
    public string SignatureScope => "cloudformation";

    public string Namespace => "http://cloudformation.amazonaws.com/doc/2010-05-15/";

    public Action<XmlWriter> Invoke(string operation, IFormCollection request) => operation switch
    {
        "DescribeStacks" => DescribeStacks(request["StackName"]),
        "DescribeStackResource" => DescribeResource(request["StackName"], request["LogicalResourceId"].ToString()),
        "DescribeStackResources" => DescribeResources(request["StackName"], request["LogicalResourceId"]),
        "ListStackResources" => ListResources(request["StackName"]),
        "GetTemplate" => GetTemplate(request["StackName"]),
        _ => throw new AwsServiceException("UnknownOperationException", $"CloudFormation's {operation} is not supported locally: start LocalCloud with --template to create a stack."),
    };

    private Action<XmlWriter> DescribeStacks(string? name)
    {
        if (!string.IsNullOrEmpty(name))
            Find(name);
        return writer =>
        {
            writer.WriteStartElement("Stacks");
            if (stack.Created is not null)
                WriteStack(writer);
            writer.WriteEndElement();
        };
    }

    private Action<XmlWriter> DescribeResource(string? name, string logicalId)
    {
        Find(name);
        var resource = stack.Resource(logicalId)
            ?? throw new AwsServiceException("ValidationError", $"Resource {logicalId} does not exist for stack {name}");
        return writer =>
        {
            writer.WriteStartElement("StackResourceDetail");
            WriteResource(writer, resource, "LastUpdatedTimestamp");
            writer.WriteEndElement();
        };
    }

    private Action<XmlWriter> DescribeResources(string? name, string? logicalId)
    {
        Find(name);
        return writer => WriteMembers(writer, "StackResources", stack.Resources.Where(resource => string.IsNullOrEmpty(logicalId) || resource.LogicalId == logicalId),
            resource => WriteResource(writer, resource, "Timestamp"));
    }

    private Action<XmlWriter> ListResources(string? name)
    {
        Find(name);
        return writer => WriteMembers(writer, "StackResourceSummaries", stack.Resources, resource => WriteResource(writer, resource, "LastUpdatedTimestamp", withStack: false));
    }

    private Action<XmlWriter> GetTemplate(string? name)
    {
        Find(name);
        return writer =>
        {
            writer.WriteElementString("TemplateBody", stack.TemplateBody);
            WriteMembers(writer, "StagesAvailable", ["Original"], stage => writer.WriteString(stage));
        };
    }

    private void Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            throw new AwsServiceException("ValidationError", "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null");
        if (stack.Created is null || (name != stack.Name && name != stack.Id))
            throw new AwsServiceException("ValidationError", $"Stack with id {name} does not exist");
    }

    private void WriteStack(XmlWriter writer)
    {
        writer.WriteStartElement("member");
        writer.WriteElementString("StackId", stack.Id);
        writer.WriteElementString("StackName", stack.Name);
        if (stack.Description is { } description)
            writer.WriteElementString("Description", description);
        WriteMembers(writer, "Parameters", stack.Parameters, parameter => WritePair(writer, "Parameter", parameter));
        writer.WriteElementString("CreationTime", Time(stack.Created!.Value));
        writer.WriteElementString("StackStatus", stack.Status);
        if (stack.Reason is { } reason)
            writer.WriteElementString("StackStatusReason", reason);
        writer.WriteElementString("DisableRollback", "true");
        WriteMembers(writer, "Outputs", stack.Outputs, output => WritePair(writer, "Output", output));
        writer.WriteEndElement();
    }

    private void WriteResource(XmlWriter writer, StackResource resource, string timestamp, bool withStack = true)
    {
        if (withStack)
        {
            writer.WriteElementString("StackName", stack.Name);
            writer.WriteElementString("StackId", stack.Id);
        }

        writer.WriteElementString("LogicalResourceId", resource.LogicalId);
        if (resource.PhysicalId is { } physicalId)
            writer.WriteElementString("PhysicalResourceId", physicalId);
        writer.WriteElementString("ResourceType", resource.Type);
        writer.WriteElementString(timestamp, Time(resource.Updated));
        writer.WriteElementString("ResourceStatus", resource.Status);
        if (resource.Reason is { } reason)
            writer.WriteElementString("ResourceStatusReason", reason);
    }

    private static void WritePair(XmlWriter writer, string prefix, KeyValuePair<string, string> pair)
    {
        writer.WriteElementString($"{prefix}Key", pair.Key);
        writer.WriteElementString($"{prefix}Value", pair.Value);
    }

    private static void WriteMembers<T>(XmlWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartElement(name);
        foreach (var item in items)
        {
            writer.WriteStartElement("member");
            write(item);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
