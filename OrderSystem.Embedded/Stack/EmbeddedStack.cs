using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.Embedded.Stack;

/// <summary>
/// The resources of the CloudFormation template that the embedded cloud supports: functions, mappings, queues and the state
/// machine.
/// </summary>
public sealed class EmbeddedStack
{
    private const string StackName = "order-system";
    private const string Region = "us-east-1";

    private readonly Dictionary<string, EmbeddedFunction> _functions = new(StringComparer.Ordinal);
    private readonly List<MappingDefinition> _mappings = [];
    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);

    private EmbeddedStack()
    {
    }

    internal IReadOnlyList<MappingDefinition> Mappings => _mappings;

    /// <summary>The state machine of the order workflow.</summary>
    internal StateMachineDeclaration StateMachine { get; private set; } = null!;

    /// <summary>The longest timeout of all functions.</summary>
    internal TimeSpan LongestTimeout => _functions.Values.Select(function => function.Timeout).DefaultIfEmpty().Max();

    /// <summary>The shortest timeout of the functions with these handlers; null if there are none.</summary>
    internal TimeSpan? ShortestTimeout(params IEnumerable<string> handlers) =>
        _functions.Values.Where(function => handlers.Contains(function.Handler)).Select(function => (TimeSpan?)function.Timeout).Min();

    /// <summary>
    /// The queue for failed executions: the first mapping's on-failure destination or, if there is none, the queue whose
    /// name sorts first.
    /// </summary>
    internal string DeadLetterQueue =>
        _mappings.Select(mapping => mapping.OnFailureArn is { } arn ? Queue(arn) : null).OfType<string>()
            .Concat(_queues.Order(StringComparer.Ordinal)).FirstOrDefault() ?? "dead-letters";

    /// <summary>Reads a template file.</summary>
    /// <exception cref="InvalidOperationException">
    /// The template can't be read, or declares something unsupported; the message says where.
    /// </exception>
    public static EmbeddedStack Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            var stack = new EmbeddedStack();
            stack.Provision(TemplateReader.Read(text, Path.GetFileName(path)), Path.GetDirectoryName(Path.GetFullPath(path))!);
            return stack.StateMachine is null ? throw new TemplateException($"The template {path} declares no state machine.") : stack;
        }
        catch (Exception e) when (e is TemplateException or MappingRefusedException or IOException)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    /// <summary>Finds a function by its name or its ARN. Every version and alias refers to the same code.</summary>
    internal EmbeddedFunction? Function(string nameOrArn) => _functions.GetValueOrDefault(FunctionReference.Parse(nameOrArn).Name);

    /// <summary>Finds a queue's name by its URL or ARN; null if the template does not declare it.</summary>
    internal string? Queue(string urlOrArn) => urlOrArn[(urlOrArn.LastIndexOfAny(['/', ':']) + 1)..] is var name && _queues.Contains(name) ? name : null;

    private void Provision(JsonObject template, string directory)
    {
        var scope = new TemplateScope(template, new Dictionary<string, string>(), StackName, Region);
        foreach (var (logicalId, resource) in TemplateOrder.Of(template, scope, IsProvisioned))
        {
            var type = (string)resource["Type"]!;
            if (IsProvisioned(type))
                scope.Add(logicalId, Provision(type, new ResourceDeclaration(logicalId, type, scope.Properties(logicalId, resource), StackName, directory)));
        }
    }

    private static bool IsProvisioned(string type) => type is
        "AWS::DynamoDB::Table" or "AWS::SQS::Queue" or "AWS::Lambda::Function" or "AWS::Lambda::Version" or "AWS::Lambda::Alias" or
        "AWS::Lambda::EventSourceMapping" or "AWS::StepFunctions::StateMachine";

    private ProvisionedResource Provision(string type, ResourceDeclaration declaration)
    {
        switch (type)
        {
            case "AWS::DynamoDB::Table":
                var table = declaration.Name("TableName");
                return Resource(table, ("Arn", Arn("dynamodb", $"table/{table}")), ("StreamArn", Arn("dynamodb", $"table/{table}/stream/embedded")));
            case "AWS::SQS::Queue":
                var queue = declaration.Name("QueueName");
                _queues.Add(queue);
                return Resource($"embedded://{LocalAccount.Id}/{queue}", ("Arn", Arn("sqs", queue)), ("QueueName", queue));
            case "AWS::Lambda::Function":
                var name = declaration.Name("FunctionName");
                var function = new EmbeddedFunction(
                    name, Arn("lambda", $"function:{name}"), declaration.Required("Handler"),
                    TimeSpan.FromSeconds(declaration.Integer("Timeout", 1, 900) ?? 3), declaration.Integer("ReservedConcurrentExecutions", 0, 1000));
                _functions.Add(name, function);
                return Resource(name, ("Arn", function.Arn));
            case "AWS::Lambda::Version":
                return Resource(Arn("lambda", $"function:{declaration.Required("FunctionName")}:1"), ("Version", "1"));
            case "AWS::Lambda::Alias":
                return Resource(Arn("lambda", $"function:{declaration.Required("FunctionName")}:{declaration.Required("Name")}"));
            case "AWS::Lambda::EventSourceMapping":
                var mapping = MappingDefinition.Read(property => declaration[property], declaration.Required("FunctionName"));
                _mappings.Add(mapping);
                return Resource(mapping.Id, ("Id", mapping.Id));
            default:
                var machine = declaration.Name("StateMachineName");
                if (StateMachine is not null)
                    throw declaration.Refused("StateMachineName", $"is {machine}, a second state machine; the embedded cloud runs only one");
                StateMachine = new StateMachineDeclaration(machine, Arn("states", $"stateMachine:{machine}"), StateMachineDefinition.Read(declaration), declaration.String("RoleArn"));
                return Resource(StateMachine.Arn, ("Arn", StateMachine.Arn), ("Name", machine));
        }
    }

    private static string Arn(string service, string resource) => $"arn:aws:{service}:{Region}:{LocalAccount.Id}:{resource}";

    private static ProvisionedResource Resource(string id, params (string Name, string Value)[] attributes) =>
        new(id, attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value, StringComparer.Ordinal));
}

/// <summary>A state machine of the template.</summary>
internal sealed record StateMachineDeclaration(string Name, string Arn, string Definition, string? RoleArn);
