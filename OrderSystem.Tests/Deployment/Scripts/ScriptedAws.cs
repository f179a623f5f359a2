namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>
/// A fake command <c>aws</c> that returns prepared responses and records its calls. A call that matches no prepared
/// response fails.
/// </summary>
internal sealed class ScriptedAws : IDisposable
{
    /// <summary>
    /// Prints the newest response whose pattern matches the call. A response that is meant for one call only is deleted after use.
    /// </summary>
    private const string Program = """
        #!/usr/bin/env bash
        here=$(dirname "$0")
        call=''
        for argument in "$@"; do
          case $argument in
            file://*) argument=$(<"${argument#file://}") ;;
          esac
          call="$call${call:+ }$argument"
        done
        printf '%s\n' "$call" >>"$here/calls"
        if [ "$1 $2" = "cloudformation package" ]; then
          while [ $# -gt 0 ]; do
            case $1 in
              --template-file) from=$2 ;;
              --output-template-file) to=$2 ;;
            esac
            shift
          done
          cp "$from" "$to"
          exit
        fi
        for answer in "$here"/answers/*; do
          pattern=$(<"$answer/pattern")
          [[ $call == $pattern ]] || continue
          cat "$answer/output"
          cat "$answer/error" >&2
          code=$(<"$answer/code")
          [ ! -e "$answer/once" ] || rm -r "$answer"
          exit "$code"
        done
        echo "unexpected: aws $call" >&2
        exit 99
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scripted-aws-");
    private int _answers;

    public ScriptedAws()
    {
        ScriptRun.WriteTool(_folder.FullName, "aws", Program);
        foreach (var package in new[] { "api", "processor", "workflow" })
            File.WriteAllText(Path.Combine(Packages, $"{package}.zip"), package);
        Answer("sts get-caller-identity*", "123456789012\tarn:aws:iam::123456789012:user/dev");
    }

    /// <summary>The folder with the fake command <c>aws</c>, to put into PATH.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The folder with packages that are already built.</summary>
    public string Packages => _folder.CreateSubdirectory("packages").FullName;

    /// <summary>
    /// The calls so far, with the arguments separated by spaces. An argument that names a file is replaced by the file's
    /// content.
    /// </summary>
    public IReadOnlyList<string> Calls => File.Exists(Path.Combine(_folder.FullName, "calls")) ? File.ReadAllLines(Path.Combine(_folder.FullName, "calls")) : [];

    /// <summary>The service and the operation of every call that changes something in AWS.</summary>
    public IEnumerable<string> Changes => Calls.Where(call => !call.EndsWith("--generate-cli-skeleton", StringComparison.Ordinal))
        .Select(call => string.Join(' ', call.Split(' ')[..2]))
        .Where(operation => operation.Split(' ')[1].Split('-')[0] is "create" or "execute" or "delete" or "update");

    /// <summary>
    /// Sets the response to every call that matches a shell pattern. A response that is added later takes precedence.
    /// </summary>
    public void Answer(string pattern, string output = "", string error = "", int exitCode = 0, bool once = false)
    {
        var answer = _folder.CreateSubdirectory("answers").CreateSubdirectory($"{999 - _answers++:000}").FullName;
        foreach (var (file, content) in new[] { ("pattern", pattern), ("output", output + (output.Length > 0 ? "\n" : "")), ("error", error), ("code", $"{exitCode}") })
            File.WriteAllText(Path.Combine(answer, file), content);
        if (once)
            File.WriteAllText(Path.Combine(answer, "once"), "");
    }

    /// <summary>Sets the response to the next matching call only.</summary>
    public void Once(string pattern, string output = "", string error = "", int exitCode = 0) => Answer(pattern, output, error, exitCode, once: true);

    public Task<ScriptRun> RunAsync(string script, string answer, params IEnumerable<string> arguments) => ScriptRun.RunAsync(script, _folder.FullName, answer, arguments);

    public void Dispose() => _folder.Delete(recursive: true);
}
