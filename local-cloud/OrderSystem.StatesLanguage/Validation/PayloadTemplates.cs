using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates JSONPath payload templates.</summary>
internal static class PayloadTemplates
{
    public static void Check(Findings findings, string location, StatesValue value)
    {
        switch (value)
        {
            case StatesObject container:
                foreach (var (name, member) in container)
                {
                    if (!name.EndsWith(".$", StringComparison.Ordinal))
                    {
                        Check(findings, location, member);
                        continue;
                    }

                    if (container.Contains(name[..^2]))
                        findings.Schema(location, $"The fields '{name[..^2]}' and '{name}' are in conflict");
                    CheckDynamic(findings, location, name, member);
                }

                break;
            case StatesArray array:
                foreach (var item in array)
                    Check(findings, location, item);
                break;
        }
    }

    private static void CheckDynamic(Findings findings, string location, string name, StatesValue value)
    {
        try
        {
            TemplateCompiler.CompileDynamic(name, value);
        }
        catch (FormatException)
        {
            findings.Schema(location, $"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call");
        }
    }
}
