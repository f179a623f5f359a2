using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>A state machine definition file, with methods that report errors in the definition by line and column.</summary>
internal sealed class DefinitionFile
{
    private readonly byte[] _utf8;
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    private DefinitionFile(string path, byte[] utf8)
    {
        Path = path;
        _utf8 = utf8;
        Text = Encoding.UTF8.GetString(utf8);
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>The state machine's name: the file's name up to the first dot.</summary>
    public string MachineName => System.IO.Path.GetFileName(Path).Split('.')[0];

    public static async Task<DefinitionFile> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        return new DefinitionFile(file.ToString(), bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
    }

    /// <summary>Validates the definition.</summary>
    /// <returns>One line per error: <c>file:line:column: CODE: message (location)</c>.</returns>
    public IReadOnlyList<string> Validate(bool isExpress)
    {
        try
        {
            ReadOffsets();
        }
        catch (JsonException exception)
        {
            return [$"{Path}:{exception.LineNumber + 1}:{exception.BytePositionInLine + 1}: {Diagnostic.InvalidJson}: {exception.Message.Split(" LineNumber:")[0]}"];
        }

        return [.. DefinitionValidator.Validate(Text, isExpress).Select(Describe)];
    }

    /// <summary>
    /// Returns the definition's probable mistakes. Call <see cref="Validate"/> first: it determines the lines and columns that
    /// the warnings contain.
    /// </summary>
    /// <returns>One line per mistake: <c>file:line:column: warning CODE: message (location)</c>.</returns>
    public IReadOnlyList<string> Warnings() => [.. DefinitionValidator.Warnings(Text).Select(Describe)];

    private string Describe(Diagnostic diagnostic)
    {
        var (line, column) = PositionOf(diagnostic.Location ?? "");
        return $"{Path}:{line}:{column}: {(diagnostic.IsWarning ? "warning " : "")}{diagnostic.Code}: {diagnostic.Message} ({diagnostic.Location ?? "/"})";
    }

    /// <summary>
    /// Returns the line and column of a location in the definition. If nothing exists at the location, for example because a
    /// field is missing, returns the position of the nearest existing parent.
    /// </summary>
    private (int Line, int Column) PositionOf(string location)
    {
        long offset = 0;
        for (var length = location.Length; length > 0 && !_offsets.TryGetValue(location[..length], out offset);)
            length = location.AsSpan(0, length).LastIndexOfAny('/', '[');
        var before = _utf8.AsSpan(0, (int)offset);
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }

    private void ReadOffsets()
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = 512 });
        reader.Read();
        ReadValue(ref reader, "");
        reader.Read();
    }

    private void ReadValue(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var inner = $"{path}/{Encoding.UTF8.GetString(reader.ValueSpan)}";
                _offsets[inner] = reader.TokenStartIndex;
                reader.Read();
                ReadValue(ref reader, inner);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                var inner = $"{path}[{index}]";
                _offsets[inner] = reader.TokenStartIndex;
                ReadValue(ref reader, inner);
            }
        }
    }
}
