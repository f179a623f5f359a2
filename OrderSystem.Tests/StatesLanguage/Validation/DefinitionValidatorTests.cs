using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.Tests.StatesLanguage.Validation;

public sealed class DefinitionValidatorTests
{
    [Theory]
    [InlineData("""{}""", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /")]
    [InlineData("""{"StartAt":"X","States":{"A":{"Type":"Pass","End":true}}}""", "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: X at /StartAt")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}""", "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next")]
    [InlineData("""{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","QueryLanguage":"JSONPath","End":true}}}""", "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Wait","Timestamp":"2016-12-05T21:29:29","End":true}}}""", "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/A/Timestamp")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"x.$":"y"},"End":true}}}""", "SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters")]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Credentials":{},"End":true}}}""", "SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/A/Credentials")]
    public void Names_the_fault_and_its_place_as_AWS_does(string definition, string expected)
    {
        Assert.Contains(expected, DefinitionValidator.Validate(definition).Select(diagnostic => diagnostic.ToString()));
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
    public void Refuses(string state)
    {
        Assert.NotEmpty(DefinitionValidator.Validate("""{"StartAt":"A","States":{"A":STATE}}""".Replace("STATE", state, StringComparison.Ordinal)));
    }

    [Fact]
    public void Express_state_machines_cannot_wait_for_callbacks()
    {
        var definition = """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true}}}""";
        Assert.Empty(DefinitionValidator.Validate(definition));
        Assert.NotEmpty(DefinitionValidator.Validate(definition, isExpress: true));
    }

    [Fact]
    public void State_names_differ_throughout_a_state_machine()
    {
        var definition = """{"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}]}}}""";
        Assert.Contains("not unique", DefinitionValidator.Validate(definition).Single().Message, StringComparison.Ordinal);
    }
}
