using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrderSystem.CloudFormation;

/// <summary>
/// Reads a CloudFormation template, YAML or JSON, into a JSON tree. Short forms (<c>!Ref x</c>) become long forms
/// (<c>{"Ref":"x"}</c>).
/// </summary>
public static class TemplateReader
{
    /// <summary>Reads a template.</summary>
    /// <param name="text">The text of the template.</param>
    /// <param name="name">The template's name in error messages.</param>
    /// <exception cref="TemplateException">The text is not a template, or the YAML is invalid.</exception>
    public static JsonObject Read(TextReader text, string name)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(text);
        }
        catch (YamlException error)
        {
            throw new TemplateException($"{name}({error.Start.Line},{error.Start.Column}): {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // For some malformed flow collections, the YAML scanner throws this exception, which has no position.
            throw new TemplateException($"{name} is not valid YAML: a list or map in brackets is malformed.", error);
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new TemplateException($"{name} is not a CloudFormation template: it must be one YAML or JSON object.");
        return Mapping(root);
    }

    private static JsonNode? Node(YamlNode node)
    {
        JsonNode? value = node switch
        {
            YamlMappingNode mapping => Mapping(mapping),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => throw new TemplateException($"Unexpected YAML at {node.Start}."),
        };
        return node.Tag.IsEmpty || !node.Tag.IsLocal ? value : Function(node.Tag.Value[1..], value);
    }

    private static JsonObject Mapping(YamlMappingNode mapping)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
            result[(key as YamlScalarNode)?.Value ?? throw new TemplateException($"A map key must be a string, at {key.Start}.")] = Node(value);
        return result;
    }

    private static JsonObject Function(string tag, JsonNode? argument) => tag switch
    {
        "Ref" or "Condition" => new JsonObject { [tag] = argument },
        "GetAtt" when argument is JsonValue path => new JsonObject { ["Fn::GetAtt"] = Attribute((string)path!) },
        _ => new JsonObject { ["Fn::" + tag] = argument },
    };

    private static JsonArray Attribute(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? throw new TemplateException($"!GetAtt {path} must name a resource and an attribute, separated by a dot.") : [path[..dot], path[(dot + 1)..]];
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty)
            return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" or "Null" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == text => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
