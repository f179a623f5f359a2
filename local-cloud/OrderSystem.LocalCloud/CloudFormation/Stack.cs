using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.CloudFormation;

/// <summary>The stack that the template was provisioned as, with the states and words of CloudFormation.</summary>
internal sealed class Stack(LocalCloudOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, StackResource> _resources = new(StringComparer.Ordinal);
    private ImmutableList<string> _order = [];

    /// <summary>The stack's name.</summary>
    public string Name => options.StackName;

    /// <summary>The stack's ARN.</summary>
    public string Id { get; } = TemplateScope.StackId(options.Region, options.StackName);

    /// <summary>When provisioning began; null where no template was given, so that no stack exists.</summary>
    public DateTimeOffset? Created { get; private set; }

    /// <summary>For example <c>CREATE_COMPLETE</c>.</summary>
    public string Status { get; private set; } = "CREATE_IN_PROGRESS";

    /// <summary>Why the stack failed.</summary>
    public string? Reason { get; private set; }

    /// <summary>The template's description.</summary>
    public string? Description { get; private set; }

    /// <summary>The template's text, as the file has it.</summary>
    public string TemplateBody { get; private set; } = "";

    /// <summary>The parameters' values, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The outputs, by name.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The resources, in the order of their creation.</summary>
    public IEnumerable<StackResource> Resources => _order.Select(logicalId => _resources[logicalId]);

    /// <summary>Finds a resource by its logical id.</summary>
    public StackResource? Resource(string logicalId) => _resources.GetValueOrDefault(logicalId);

    /// <summary>Starts the creation of the stack.</summary>
    public void Begin(string templateBody)
    {
        TemplateBody = templateBody;
        Created = time.GetUtcNow();
    }

    /// <summary>Records what the template says of the whole stack.</summary>
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

    /// <summary>Ends the creation of the stack: every resource exists.</summary>
    public void Complete(IReadOnlyDictionary<string, string> outputs)
    {
        Outputs = outputs;
        Status = "CREATE_COMPLETE";
    }

    /// <summary>Ends the creation of the stack: a resource was refused.</summary>
    public void Fail(string reason)
    {
        Reason = reason;
        Status = "CREATE_FAILED";
    }
}

/// <summary>One resource of a stack.</summary>
/// <param name="LogicalId">Its name in the template.</param>
/// <param name="Type">For example <c>AWS::SQS::Queue</c>.</param>
/// <param name="PhysicalId">What <c>Ref</c> returns; null until it exists.</param>
/// <param name="Status">For example <c>CREATE_COMPLETE</c>.</param>
/// <param name="Reason">Why it has this status, where there is something to say.</param>
/// <param name="Updated">When the status last changed.</param>
internal sealed record StackResource(string LogicalId, string Type, string? PhysicalId, string Status, string? Reason, DateTimeOffset Updated);
