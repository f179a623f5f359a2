using System.Text;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Intrinsics;

/// <summary>
/// Implements <c>States.Format</c>. Values are formatted as in Java; for example, an object is written as <c>{a=1, b=[]}</c>.
/// </summary>
internal static class JavaFormat
{
    public static StatesValue Format(IntrinsicCall call)
    {
        var template = call.Text(0);
        var result = new StringBuilder(template.Length + 32);
        var next = 1;
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '\\' && i + 1 < template.Length && template[i + 1] is '{' or '}' or '\\')
            {
                result.Append(template[++i]);
            }
            else if (template[i] == '{' && i + 1 < template.Length && template[i + 1] == '}')
            {
                if (next >= call.Arguments.Length)
                    throw new IntrinsicException("The number of arguments does not match the occurrences of {}.");
                Append(result, call.Arguments[next++]);
                i++;
            }
            else
            {
                result.Append(template[i]);
            }
        }

        return next == call.Arguments.Length ? result.ToString() : throw new IntrinsicException("The number of arguments does not match the occurrences of {}.");
    }

    private static void Append(StringBuilder result, StatesValue value)
    {
        switch (value)
        {
            case StatesString text:
                result.Append(text.Value);
                break;
            case StatesObject container:
                result.Append('{');
                for (var i = 0; i < container.Count; i++)
                {
                    result.Append(i == 0 ? "" : ", ").Append(container.Names[i]).Append('=');
                    Append(result, container.Values[i]);
                }

                result.Append('}');
                break;
            case StatesArray array:
                result.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    result.Append(i == 0 ? "" : ", ");
                    Append(result, array[i]);
                }

                result.Append(']');
                break;
            default:
                result.Append(value.ToJsonString());
                break;
        }
    }
}
