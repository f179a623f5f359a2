using System.Text;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>
/// Reads each row of a CSV text (RFC 4180) as an object. The property names are in the text's first row or in the
/// definition.
/// </summary>
internal static class CsvItems
{
    public static StatesArray Read(string text, StatesObject configuration)
    {
        var delimiter = (configuration["CSVDelimiter"] as StatesString)?.Value switch
        {
            "PIPE" => '|',
            "SEMICOLON" => ';',
            "SPACE" => ' ',
            "TAB" => '\t',
            _ => ',',
        };
        var rows = Rows(text, delimiter);
        string[] headers;
        if (configuration["CSVHeaderLocation"] is StatesString { Value: "GIVEN" })
        {
            headers = [.. (configuration["CSVHeaders"] as StatesArray ?? StatesArray.Empty).OfType<StatesString>().Select(header => header.Value)];
        }
        else
        {
            headers = rows.Count > 0 ? [.. rows[0]] : [];
            rows = [.. rows.Skip(1)];
        }

        if (headers.Distinct(StringComparer.Ordinal).Count() < headers.Length)
            throw new StatesErrorException(StatesErrors.ItemReaderFailed, "CSV headers cannot contain duplicates.");
        return new StatesArray(rows.Select(row => Item(headers, row)));
    }

    private static StatesObject Item(string[] headers, List<string> row)
    {
        var item = new StatesObjectBuilder(headers.Length);
        for (var i = 0; i < headers.Length; i++)
            item.Set(headers[i], i < row.Count ? row[i] : "");
        return item.Build();
    }

    private static List<List<string>> Rows(string text, char delimiter)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
            {
                // A backslash escapes a backslash, a quotation mark or the delimiter. Before any other character, the
                // backslash is dropped.
                if (i + 1 < text.Length && (text[i + 1] is '\\' or '"' || text[i + 1] == delimiter))
                    field.Append(text[++i]);
            }
            else if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else if (c == '"')
                    quoted = false;
                else
                    field.Append(c);
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                // Two quotation marks in a row represent one quotation mark, even in an unquoted field.
                field.Append(text[++i]);
            }
            else if (c == delimiter)
            {
                EndField();
            }
            else if (c == '\n')
            {
                EndRow();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            if (row is not [""])
                rows.Add(row);
            row = [];
        }
    }
}
