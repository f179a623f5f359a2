using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Tests.CloudFormation;

public class IntrinsicFunctionTests
{
    private const string Declarations = """
        Parameters:
          Stage: { Type: String, Default: dev, AllowedValues: [dev, prod] }
          Zones: { Type: CommaDelimitedList, Default: "a, b,c" }
          Needed: { Type: String }
        Mappings:
          Sizes: { dev: { Memory: 128 }, prod: { Memory: 1024 } }
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
          IsNotProd: !Not [!Condition IsProd]
          Both: !And [!Condition IsNotProd, !Equals [a, a]]
          Either: !Or [!Condition IsProd, !Condition Both]
          Itself: !Not [!Condition Itself]
          Round: !Or [!Condition IsProd, !Condition AndRound]
          AndRound: !And [!Condition Round, !Condition Both]
        Resources:
          Queue: { Type: AWS::SQS::Queue }
          Role: { Type: AWS::IAM::Role }
        """;

    [Theory]
    [InlineData("!Ref Stage", "\"dev\"")]
    [InlineData("!Ref AWS::Region", "\"eu-west-1\"")]
    [InlineData("!Ref AWS::AccountId", "\"000000000000\"")]
    [InlineData("!Ref Queue", "\"http://queue\"")]
    [InlineData("!GetAtt Queue.Arn", "\"arn:queue\"")]
    [InlineData("Fn::GetAtt: [Queue, Arn]", "\"arn:queue\"")]
    [InlineData("!GetAtt Role.Arn", "\"arn:aws:iam::000000000000:role/shop-Role\"")]
    [InlineData("!Sub '${AWS::StackName}-${Stage}-${Queue.Arn}-${!Literal}'", "\"shop-dev-arn:queue-${Literal}\"")]
    [InlineData("!Sub ['${a}/${Stage}', { a: !Ref Queue }]", "\"http://queue/dev\"")]
    [InlineData("!Join ['-', [a, !Ref Stage, b]]", "\"a-dev-b\"")]
    [InlineData("!Join ['|', !Ref Zones]", "\"a|b|c\"")]
    [InlineData("!Select [1, !Ref Zones]", "\"b\"")]
    [InlineData("!Split [':', 'a:b']", "[\"a\",\"b\"]")]
    [InlineData("!FindInMap [Sizes, !Ref Stage, Memory]", "128")]
    [InlineData("!If [IsProd, 1, 2]", "2")]
    [InlineData("!If [Both, yes, no]", "\"yes\"")]
    [InlineData("!If [Either, 1, 2]", "1")]
    [InlineData("{ a: 1, b: !If [IsProd, 1, !Ref AWS::NoValue] }", "{\"a\":1}")]
    [InlineData("[1, !If [IsProd, 1, !Ref AWS::NoValue], 3]", "[1,3]")]
    [InlineData("!Base64 hello", "\"aGVsbG8=\"")]
    [InlineData("{ n: 3, s: '3', t: true, u: 'true', e: , v: 1.50 }", "{\"n\":3,\"s\":\"3\",\"t\":true,\"u\":\"true\",\"e\":null,\"v\":\"1.50\"}")]
    public void A_template_value_evaluates_to_the_expected_JSON(string expression, string expected)
    {
        var node = TemplateReader.Read(
            new StringReader("value: "
                + $"{(expression.StartsWith("Fn::", StringComparison.Ordinal) ? $"{{ \"{expression.Replace(": ", "\": ", StringComparison.Ordinal)} }}" : expression)}"), "test")["value"];
        Assert.Equal(expected, Scope().Evaluate(node)?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("!Ref Nobody", "Nobody is neither a parameter nor a resource of the template.")]
    [InlineData("!Ref Needed", "Parameter Needed has no default; set it with --parameter Needed=VALUE.")]
    [InlineData("!GetAtt Queue.Colour", "Queue has no attribute Colour in the local cloud.")]
    [InlineData("!FindInMap [Sizes, test, Memory]", "Mappings has no entry Sizes.test.Memory.")]
    [InlineData("!ImportValue x", "Fn::ImportValue is not supported.")]
    [InlineData("!If [Nowhere, 1, 2]", "Condition Nowhere is not declared.")]
    [InlineData("!If [Itself, 1, 2]", "Condition Itself refers to itself.")]
    [InlineData("!If [Round, 1, 2]", "Condition Round refers to itself.")]
    [InlineData("!If [Both]", "Fn::If: invalid argument [\"Both\"].")]
    [InlineData("!Select [5, [a, b]]", "Fn::Select: invalid argument [5,[\"a\",\"b\"]].")]
    [InlineData("!Select [one, [a, b]]", "Fn::Select: invalid argument [\"one\",[\"a\",\"b\"]].")]
    [InlineData("!Ref [a]", "Ref: invalid argument [\"a\"].")]
    [InlineData("!GetAtt [a]", "Fn::GetAtt: invalid argument [\"a\"].")]
    [InlineData("!Sub {}", "Fn::Sub: invalid argument {}.")]
    [InlineData("!Join x", "Fn::Join: invalid argument \"x\".")]
    public void Errors_name_the_function_that_cannot_be_evaluated(string expression, string message)
    {
        var node = TemplateReader.Read(new StringReader($"value: {expression}"), "test")["value"];
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Scope().Evaluate(node)).Message);
    }

    [Fact]
    public void A_parameter_outside_its_allowed_values_is_refused() =>
        Assert.Contains("must be one of dev, prod", Assert.Throws<TemplateException>(
            () => Scope(("Stage", "test")).Evaluate(new JsonObject { ["Ref"] = "Stage" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Type: Number, MinValue: 1, MaxValue: 5", "6", "must be at most 5")]
    [InlineData("Type: Number, MinValue: 1, MaxValue: 5", "0.5", "must be at least 1")]
    [InlineData("Type: Number", "many", "must be a number")]
    [InlineData("Type: String, MinLength: 2", "a", "must have at least 2 characters")]
    [InlineData("Type: String, MaxLength: 2", "abc", "must have at most 2 characters")]
    [InlineData("Type: String, AllowedPattern: '[a-z]+'", "aB", "must match [a-z]+")]
    [InlineData("Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: must be lower case", "aB", "must be lower case")]
    public void A_parameter_that_violates_its_constraints_is_refused(string declaration, string value, string rule)
    {
        var template = TemplateReader.Read(new StringReader($"Parameters: {{ P: {{ {declaration} }} }}"), "test");
        var scope = new TemplateScope(template, new Dictionary<string, string> { ["P"] = value }, "shop", "eu-west-1");
        Assert.Equal($"Parameter P is '{value}', but {rule}.", Assert.Throws<TemplateException>(() => scope.Evaluate(new JsonObject { ["Ref"] = "P" })).Message);
    }

    [Fact]
    public void A_value_for_an_undeclared_parameter_is_refused() =>
        Assert.Equal("The template has no parameter Stagee.", Assert.Throws<TemplateException>(() => Scope(("Stagee", "dev")).CheckParameters()).Message);

    [Theory]
    [InlineData("Resources: [1]", "The template needs a Resources map.")]
    [InlineData("Resources: { Q: hello }", "Q must be a map with a Type.")]
    [InlineData("Resources: { Q: { Properties: {} } }", "Q's Type must be a string.")]
    [InlineData("Resources: { Q: { Type: T, Condition: [a] } }", "Q's Condition must be a string.")]
    [InlineData("Resources: { Q: { Type: T, DependsOn: [[a]] } }", "DependsOn must be a string.")]
    [InlineData("Resources: { Q: { Type: T, Properties: [1, 2] } }", "Q: Properties must be a map.")]
    [InlineData("Resources: { Q: { Type: T, Properties: { A: !Ref Nobody } } }", "Q: Nobody is neither a parameter nor a resource of the template.")]
    [InlineData("{ [a, b]: c }", "A map key must be a string, at ")]
    public void A_malformed_template_is_refused_with_the_resource_name(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<TemplateException>(() =>
        {
            var template = TemplateReader.Read(new StringReader(text), "test");
            var scope = new TemplateScope(template, new Dictionary<string, string>(), "shop", "eu-west-1");
            foreach (var (logicalId, resource) in TemplateOrder.Of(template, scope, _ => true))
                scope.Properties(logicalId, resource);
        }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a: b\n  c: d", "t.yaml(2,")]
    [InlineData("a: [1\nb: {", "t.yaml is not valid YAML")]
    [InlineData("just text", "t.yaml is not a CloudFormation template")]
    public void Broken_yaml_is_refused(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<TemplateException>(
            () => TemplateReader.Read(new StringReader(text), "t.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void References_are_found_in_every_syntax() =>
        Assert.Equal(
            ["A", "B", "C", "D", "E", "F"],
            TemplateScope.References(TemplateReader.Read(
                new StringReader("v: [!Ref A, !GetAtt B.Arn, !Sub '${C}${D.Arn}', !Sub ['${E}', { x: !Ref F }]]"), "test")).Distinct());

    private static TemplateScope Scope(params (string Name, string Value)[] parameters)
    {
        var scope = new TemplateScope(
            TemplateReader.Read(new StringReader(Declarations), "test"),
            parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value),
            "shop",
            "eu-west-1");
        scope.Add("Queue", new ProvisionedResource("http://queue", new Dictionary<string, string> { ["Arn"] = "arn:queue" }));
        return scope;
    }
}
