using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Validation;

public sealed class DefinitionValidatorTests
{
    [Theory]
    [InlineData("""{}""", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /")]
    [InlineData("""{"StartAt":"X","States":{"A":{"Type":"Pass","End":true}}}""", "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: X at /StartAt")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}""", "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next")]
    [InlineData("""{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","QueryLanguage":"JSONPath","End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Wait","Timestamp":"2016-12-05T21:29:29","End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/A/Timestamp")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"x.$":"y"},"End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Credentials":{},"End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/A/Credentials")]
    [InlineData("""{"States":{"A":{"Type":"Pass","End":true}}}""", "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Nap","End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/A/Type")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Colour":"red","End":true}}}""", "SCHEMA_VALIDATION_FAILED: Field 'Colour' is not supported at /States/A")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Output":{},"End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/A")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}""", "MISSING_END_STATE: Workflow has no terminal state")]
    [InlineData("""{"StartAt":"A","States":{}}""", "SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.sync","End":true}}}""",
        "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::sqs:sendMessage.sync is not recognized. The value is not a valid "
            + "resource ARN, or the resource is not available in this region. at /States/A/Resource")]
    [InlineData("""{"StartAt":"A","Colour":"red","States":{"A":{"Type":"Pass","End":true}}}""", "SCHEMA_VALIDATION_FAILED: Field 'Colour' is not supported at /")]
    [InlineData("""{"StartAt":"A","Version":"2.0","States":{"A":{"Type":"Pass","End":true}}}""", "SCHEMA_VALIDATION_FAILED: The field 'Version' should have one of these values: [1.0] at /Version")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","OutputPath":"Test","End":true}}}""", "SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath. at /States/A/OutputPath")]
    [InlineData("""{"StartAt":"M","QueryLanguage":"JSONata","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject"},"End":true}}}""", "SCHEMA_VALIDATION_FAILED: These fields are required: [Arguments] at /States/M/ResultWriter")]
    public void The_error_and_its_location_are_reported_as_in_AWS(string definition, string expected)
    {
        Assert.Equal(expected, DefinitionValidator.Validate(definition)[0].ToString());
    }

    [Theory]
    [InlineData("""{"Type":"Pass","Next":"B","End":true}""")]
    [InlineData("""{"Type":"Pass"}""")]
    [InlineData("""{"Type":"Nap","End":true}""")]
    [InlineData("""{"Type":"Pass","InputPat":"$","End":true}""")]
    [InlineData("""{"Type":"Pass","ResultPath":"$.a[*]","End":true}""")]
    [InlineData("""{"Type":"Wait","Seconds":1,"SecondsPath":"$.s","End":true}""")]
    [InlineData("""{"Type":"Fail","Error":"e","ErrorPath":"$.e"}""")]
    [InlineData("""{"Type":"Task","Resource":"r","TimeoutSeconds":0,"End":true}""")]
    [InlineData("""{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":[]}]}""")]
    [InlineData("""{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["E"],"BackoffRate":0.5}]}""")]
    [InlineData("""{"Type":"Parallel","Branches":[],"End":true}""")]
    [InlineData("""{"Type":"Map","End":true}""")]
    [InlineData("""{"Type":"Choice","Choices":[]}""")]
    [InlineData("""{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% 1 + %}","End":true}""")]
    [InlineData("""{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% 1","End":true}""")]
    [InlineData("""{"Type":"Pass","QueryLanguage":"JSONata","OutputPath":"$","End":true}""")]
    [InlineData("""{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["E"]}]}""")]
    [InlineData("""{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["E"],"Colour":"red"}]}""")]
    [InlineData("""{"Type":"Task","Resource":"r","End":true,"QueryLanguage":"JSONata","Catch":[{"ErrorEquals":["E"],"Next":"A","ResultPath":"$.e"}]}""")]
    [InlineData("""{"Type":"Pass","End":true,"Assign":{"states":1}}""")]
    [InlineData("""{"Type":"Pass","End":true,"Assign":{"1x":1}}""")]
    [InlineData("""{"Type":"Pass","End":true,"Assign":{"a.b":1}}""")]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::glue:startJobRun.waitForTaskToken","End":true}""")]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:getObject.sync","End":true}""")]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::dynamodb:query","End":true}""")]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::nothing:act","End":true}""")]
    [InlineData("""{"Type":"Pass","Comment":1,"End":true}""")]
    [InlineData("""{"Type":"Wait","SecondsPath":"$..s","End":true}""")]
    [InlineData("""{"Type":"Map","MaxConcurrencyPath":"$.limits[*]","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemReader":{"ReaderConfig":{"InputType":"JSON"}},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV"}},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"XML"}},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemBatcher":{},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ResultWriter":{},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemProcessor":{"QueryLanguage":"JSONata","StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}""")]
    [InlineData("""{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"I","States":{"I":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true}}},"End":true}""")]
    public void Invalid_states_are_refused(string state)
    {
        Assert.NotEmpty(DefinitionValidator.Validate("""{"StartAt":"A","States":{"A":STATE}}""".Replace("STATE", state, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("phone", "Reference to 'phone' at the top level is not supported.")]
    [InlineData("phone[0].number", "Reference to 'phone' at the top level is not supported.")]
    [InlineData("$.phone", "Reference to '$' at the top level is not supported.")]
    [InlineData("$$.phone", "Reference to '$$' is not supported.")]
    [InlineData("{aaa: 1}", "Reference to 'aaa' at the top level is not supported.")]
    [InlineData("$map($states.input.a, function($x) { b })", "Reference to 'b' at the top level is not supported.")]
    [InlineData("$states.errorOutput.Cause", "Field '$states.errorOutput' does not exist.")]
    [InlineData("$states.input[phone > 3].number", null)]
    [InlineData("$states.input.items^(price){name: $sum(price)}", null)]
    [InlineData("$phone & $uppercase('x')", null)]
    [InlineData("($x := 1; $x + $states.input.y)", null)]
    public void An_expression_may_read_only_variables(string expression, string? fault)
    {
        var definition = """{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Output":{"v":"{% EXPRESSION %}"},"End":true}}}""".Replace("EXPRESSION", expression, StringComparison.Ordinal);
        var faults = DefinitionValidator.Validate(definition);
        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.Equal($"UNSUPPORTED_JSONATA_EXPRESSION: {fault} at /States/A/Output/v", Assert.Single(faults).ToString());
    }

    [Fact]
    public void Comments_and_CSV_headers_are_plain_text() =>
        Assert.NotNull(StateMachine.Parse("m", """
            {"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Map","Comment":"{% 1 + %}","End":true,
                "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["{% phone %}","{% 1 + %}"]}},
                "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}}}
            """));

    [Fact]
    public void A_catcher_may_use_the_error_output() =>
        Assert.Empty(DefinitionValidator.Validate("""
            {"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish",
                "Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.errorOutput %}","Assign":{"e":"{% $states.errorOutput.Error %}"},"Next":"A"}],"End":true}}}
            """));

    [Theory]
    [InlineData("arn:aws:states:::ecs:runTask.sync")]
    [InlineData("arn:aws:states:::ecs:runTask.waitForTaskToken")]
    [InlineData("arn:aws:states:::states:startExecution.sync:2")]
    [InlineData("arn:aws:states:::bedrock:invokeModel")]
    [InlineData("arn:aws:states:::aws-sdk:s3:getObject.waitForTaskToken")]
    [InlineData("${Function}")]
    public void Integrations_are_accepted_with_their_supported_patterns(string resource) =>
        Assert.Empty(DefinitionValidator.Validate("""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"RESOURCE","End":true}}}""".Replace("RESOURCE", resource, StringComparison.Ordinal)));

    [Fact]
    public void Labels_must_be_unique_in_a_state_machine()
    {
        static string Map(string inner, string transition) =>
            """{"Type":"Map","Label":"L","ItemProcessor":{"StartAt":"INNER","States":{"INNER":{"Type":"Pass","End":true}}},TRANSITION}"""
                .Replace("INNER", inner, StringComparison.Ordinal).Replace("TRANSITION", transition, StringComparison.Ordinal);
        var definition = $"{{\"StartAt\":\"A\",\"States\":{{\"A\":{Map("S1", "\"Next\":\"B\"")},\"B\":{Map("S2", "\"End\":true")}}}}}";
        Assert.Equal("Label is not unique within the state machine: L", Assert.Single(DefinitionValidator.Validate(definition)).Message);
    }

    [Fact]
    public void Express_state_machines_cannot_wait_for_callbacks()
    {
        var definition = """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true}}}""";
        Assert.Empty(DefinitionValidator.Validate(definition));
        Assert.NotEmpty(DefinitionValidator.Validate(definition, isExpress: true));
    }

    [Fact]
    public void State_names_must_be_unique_in_a_state_machine()
    {
        var definition = """{"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}]}}}""";
        Assert.Contains("not unique", DefinitionValidator.Validate(definition).Single().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"a":{"b":["x",{"Message":"$.m"}]}},"End":true}""", "NO_DOLLAR", "/Parameters/a/b[1]/Message")]
    [InlineData("""{"Type":"Pass","Assign":{"v":"States.UUID()"},"End":true}""", "NO_DOLLAR", "/Assign/v")]
    [InlineData("""{"Type":"Fail","Error":"$.error"}""", "NO_PATH", "/Error")]
    [InlineData("""{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a","StringEquals":"$.b"},{"Variable":"$.a","IsPresent":true}],"Next":"S"}]}""", "NO_PATH", "/Choices[0]/And[0]/StringEquals")]
    [InlineData("""{"Type":"Pass","Result":{"a.$":"$.x"},"End":true}""", "PASS_RESULT_IS_STATIC", "/Result")]
    [InlineData("""{"Type":"Map","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Parameters":{"x":"$$.Execution.Id"},"End":true}}},"End":true}""", "NO_DOLLAR", "/ItemProcessor/States/I/Parameters/x")]
    public void Probable_mistakes_cause_a_warning(string state, string code, string location)
    {
        var warning = Assert.Single(Warnings(state));
        Assert.Equal((code, "/States/T" + location, true), (warning.Code, warning.Location, warning.IsWarning));
    }

    [Theory]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"Message.$":"$.m","Price":"$5"},"End":true}""")]
    [InlineData("""{"Type":"Pass","QueryLanguage":"JSONata","Output":"$.m","Assign":{"x":"$.y"},"End":true}""")]
    [InlineData("""{"Type":"Fail","ErrorPath":"$.error","Cause":"it costs $"}""")]
    public void Intended_values_cause_no_warning(string state) => Assert.Empty(Warnings(state));

    private static IReadOnlyList<Diagnostic> Warnings(string state) =>
        DefinitionValidator.Warnings($$"""{"StartAt":"T","States":{"T":{{state}},"S":{"Type":"Succeed"} } }""");
}
