using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.CloudFormation;

/// <summary>
/// The stack that LocalCloud provisions from the template, with CloudFormation's statuses for it and its resources.
/// </summary>
internal sealed class Stack(LocalCloudOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, StackResource> _resources = new(StringComparer.Ordinal);
    private ImmutableList<string> _order = [];

    /// <summary>The stack's name.</summary>
    public string Name => options.StackName;

    /// <summary>The stack's ARN.</summary>
    public string Id { get; } = TemplateScope.StackId(options.Region, options.StackName);

    /// <summary>When provisioning began; null if there is no template and therefore no stack.</summary>
    public DateTimeOffset? Created { get; private set; }

    /// <summary>The stack's status, for example <c>CREATE_COMPLETE</c>.</summary>
    public string Status { get; private set; } = "CREATE_IN_PROGRESS";

    /// <summary>The reason why the creation of the stack failed; null if it has not failed.</summary>
    public string? Reason { get; private set; }

    /// <summary>The template's description.</summary>
    public string? Description { get; private set; }

    /// <summary>The template's text, unchanged.</summary>
    public string TemplateBody { get; private set; } = "";

    /// <summary>The parameters' values, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The outputs, by name.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The resources, in the order of their creation.</summary>
    public IEnumerable<StackResource> Resources => _order.Select(logicalId => _resources[logicalId]);

    /// <summary>Finds a resource by its logical id; returns null if there is no such resource.</summary>
    public StackResource? Resource(string logicalId) => _resources.GetValueOrDefault(logicalId);

    /// <summary>Records that the creation of the stack has started.</summary>
    public void Begin(string templateBody)
    {
        TemplateBody = templateBody;
        Created = time.GetUtcNow();
    }

    /// <summary>Records the template's description and the parameters' values.</summary>
    public void Describe(string? description, IReadOnlyDictionary<string, string> parameters)
    {
        Description = description;
        Parameters = parameters;
    }

    /// <summary>Records the state of one resource.</summary>
    public void Record(string logicalId, string type, string status, string? physicalId = null, string? reason = null)
    {
        if (_resources.TryAdd(logicalId, new StackResource(logicalId, type, physicalId, status, reason, time.GetUtcNow())))
            _order = _order.Add(logicalId);
        else
            _resources[logicalId] = new StackResource(logicalId, type, physicalId, status, reason, time.GetUtcNow());
    }

    /// <summary>Marks the stack as complete. Call this method after every resource has been created.</summary>
    public void Complete(IReadOnlyDictionary<string, string> outputs)
    {
        Outputs = outputs;
        Status = "CREATE_COMPLETE";
    }

    /// <summary>Marks the stack as failed.</summary>
    public void Fail(string reason)
    {
        Reason = reason;
        Status = "CREATE_FAILED";
    }
}

/// <summary>One resource of a stack.</summary>
/// <param name="LogicalId">The resource's name in the template.</param>
/// <param name="Type">The resource type, for example <c>AWS::SQS::Queue</c>.</param>
/// <param name="PhysicalId">The resource's physical id; null until the resource exists.</param>
/// <param name="Status">The resource's status, for example <c>CREATE_COMPLETE</c>.</param>
/// <param name="Reason">The reason for the status, if there is one.</param>
/// <param name="Updated">When the status last changed.</param>
internal sealed record StackResource(string LogicalId, string Type, string? PhysicalId, string Status, string? Reason, DateTimeOffset Updated);
