using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.States;
using OrderSystem.StatesLanguage.Tasks;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Compiles one state.</summary>
internal sealed class StateCompiler(string name, DefinitionReader fields)
{
    public State Compile() => fields.Text("Type") switch
    {
        "Pass" => Pass(),
        "Task" => Task(),
        "Choice" => Choice(),
        "Wait" => Wait(),
        "Succeed" => new SucceedState
        {
            Name = name,
            Language = fields.Language,
            InputPath = fields.PathField("InputPath"),
            OutputPath = fields.PathField("OutputPath"),
            Output = fields.Output(),
            Assign = fields.Payload("Assign")
        },
        "Fail" => new FailState { Name = name, Language = fields.Language, Error = fields.ValueField("Error"), Cause = fields.ValueField("Cause") },
        "Parallel" => Parallel(),
        "Map" => Map(),
        var other => throw fields.Wrong("Type", $"There is no state type '{other}'"),
    };

    private PassState Pass() => new()
    {
        Name = name,
        Language = fields.Language,
        InputPath = fields.PathField("InputPath"),
        OutputPath = fields.PathField("OutputPath"),
        Output = fields.Output(),
        Assign = fields.Payload("Assign"),
        Parameters = fields.Arguments(),
        Result = fields["Result"],
        ResultPath = ReadResultPath(fields),
    };

    private TaskState Task() => new()
    {
        Name = name,
        Language = fields.Language,
        InputPath = fields.PathField("InputPath"),
        OutputPath = fields.PathField("OutputPath"),
        Output = fields.Output(),
        Assign = fields.Payload("Assign"),
        Resource = TaskResource.Parse(fields.Text("Resource") ?? ""),
        Parameters = fields.Arguments(),
        ResultSelector = ReadResultSelector(),
        ResultPath = ReadResultPath(fields),
        Timeout = fields.InvalidPathField("TimeoutSeconds"),
        Heartbeat = fields.InvalidPathField("HeartbeatSeconds"),
        RoleArn = fields["Credentials"] is StatesObject credentials ? new DefinitionReader(credentials, fields.Language, fields.Path + "/Credentials").RoleArn() : null,
        Retriers = Retriers(),
        Catchers = Catchers(),
    };

    private WaitState Wait()
    {
        var state = new WaitState
        {
            Name = name,
            Language = fields.Language,
            InputPath = fields.PathField("InputPath"),
            OutputPath = fields.PathField("OutputPath"),
            Output = fields.Output(),
            Assign = fields.Payload("Assign"),
            Seconds = fields.InvalidPathField("Seconds"),
            Timestamp = fields.InvalidPathField("Timestamp"),
            Path = fields.Text("SecondsPath") ?? fields.Text("TimestampPath"),
        };
        return state.Seconds is null && state.Timestamp is null
            ? throw new DefinitionException(fields.Path, "A Wait state needs Seconds, SecondsPath, Timestamp or TimestampPath")
            : state;
    }

    private ChoiceState Choice() => new()
    {
        Name = name,
        Language = fields.Language,
        InputPath = fields.PathField("InputPath"),
        OutputPath = fields.PathField("OutputPath"),
        Output = fields.Output(),
        Assign = fields.Payload("Assign"),
        Choices = [.. fields.Array("Choices").Select(Rule)],
    };

    private ChoiceRule Rule(StatesValue choice, int index)
    {
        if (choice is not StatesObject rule)
            throw fields.Wrong($"Choices[{index}]", "must be an object");
        var reader = new DefinitionReader(rule, fields.Language, $"{fields.Path}/Choices[{index}]");
        return new ChoiceRule(new ChoiceCompiler(fields.Language, $"{fields.Path}/Choices[{index}]", $"Choices[{index}]").Compile(rule))
        {
            Output = reader.Output(),
            Assign = reader.Payload("Assign"),
        };
    }

    private ParallelState Parallel() => new()
    {
        Name = name,
        Language = fields.Language,
        InputPath = fields.PathField("InputPath"),
        OutputPath = fields.PathField("OutputPath"),
        Output = fields.Output(),
        Assign = fields.Payload("Assign"),
        Parameters = fields.Arguments(),
        ResultSelector = ReadResultSelector(),
        ResultPath = ReadResultPath(fields),
        Retriers = Retriers(),
        Catchers = Catchers(),
        Branches = [.. fields.Array("Branches").Select((branch, index) => Inner(branch, $"Branches[{index}]"))],
    };

    private MapState Map()
    {
        var processor = fields.Has("ItemProcessor") ? "ItemProcessor" : "Iterator";
        return new MapState
        {
            Name = name,
            Language = fields.Language,
            InputPath = fields.PathField("InputPath"),
            OutputPath = fields.PathField("OutputPath"),
            Output = fields.Output(),
            Assign = fields.Payload("Assign"),
            ResultSelector = ReadResultSelector(),
            ResultPath = ReadResultPath(fields),
            Retriers = Retriers(),
            Catchers = Catchers(),
            ItemProcessor = Inner(fields[processor], processor),
            Items = fields.Language == QueryLanguage.JSONata ? fields.Payload("Items") : fields.PathField("ItemsPath"),
            ItemsPath = fields.Text("ItemsPath"),
            ItemSelector = fields.Payload("ItemSelector") ?? (fields.Language == QueryLanguage.JSONPath ? fields.Payload("Parameters") : null),
            MaxConcurrency = fields.InvalidPathField("MaxConcurrency"),
            MaxConcurrencyPath = fields.Text("MaxConcurrencyPath"),
            Distributed = DistributedMap.Read(fields),
        };
    }

    private StateGraph Inner(StatesValue? definition, string field)
    {
        var machine = definition as StatesObject ?? throw fields.Wrong(field, "must be an object");
        return new GraphCompiler(DefinitionReader.LanguageOf(machine, fields.OuterLanguage), $"{fields.Path}/{field}").Compile(machine);
    }

    private Template? ReadResultSelector() => fields.Language == QueryLanguage.JSONPath ? fields.Payload("ResultSelector") : null;

    private static ResultPath ReadResultPath(DefinitionReader fields) => fields.Guard("ResultPath", () => ResultPath.Parse(fields["ResultPath"]));

    private Retrier[] Retriers() => [.. fields.Array("Retry").Select(item =>
    {
        var retry = item as StatesObject ?? StatesObject.Empty;
        return new Retrier(
            Errors(retry),
            Number(retry["IntervalSeconds"]) ?? 1,
            (int)Math.Min(Number(retry["MaxAttempts"]) ?? 3, int.MaxValue),
            Number(retry["BackoffRate"]) ?? 2,
            Number(retry["MaxDelaySeconds"]),
            retry["JitterStrategy"] is StatesString { Value: "FULL" });
    })];

    private Catcher[] Catchers() => [.. fields.Array("Catch").Select((item, index) =>
    {
        var reader = new DefinitionReader(item as StatesObject ?? StatesObject.Empty, fields.Language, $"{fields.Path}/Catch[{index}]");
        return new Catcher(Errors(item as StatesObject ?? StatesObject.Empty))
        {
            ResultPath = ReadResultPath(reader),
            Output = reader.Output(),
            Assign = reader.Payload("Assign"),
        };
    })];

    private static ErrorMatcher Errors(StatesObject entry) => new((entry["ErrorEquals"] as StatesArray)?.OfType<StatesString>().Select(error => error.Value) ?? []);

    private static double? Number(StatesValue? value) => (value as StatesNumber)?.Value;
}
