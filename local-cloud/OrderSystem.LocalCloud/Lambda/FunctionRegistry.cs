using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>The functions of the account.</summary>
public sealed partial class FunctionRegistry(LocalCloudOptions options, ListeningAddress address, TimeProvider time, ILogger<FunctionRegistry> logger)
{
    private readonly ConcurrentDictionary<string, Function> _functions = new(StringComparer.Ordinal);

    /// <summary>Declares a function, or updates the one of that name.</summary>
    /// <returns>The function's ARN.</returns>
    /// <exception cref="AwsServiceException">The name is refused.</exception>
    public string CreateOrUpdate(FunctionConfiguration configuration)
    {
        // The name also names a file of the data folder.
        if (!Name().IsMatch(configuration.Name))
            throw new AwsServiceException("InvalidParameterValueException", $"The function name {configuration.Name} may have letters, digits, hyphens and underscores only, at most 140.");
        var arn = FunctionName.Arn(options.Region, configuration.Name);
        _functions.AddOrUpdate(
            configuration.Name,
            _ => new Function(configuration, arn, address.Uri, time, logger),
            (_, function) =>
            {
                function.Update(configuration);
                return function;
            });
        return arn;
    }

    internal IEnumerable<Function> All => _functions.Values.OrderBy(function => function.Configuration.Name, StringComparer.Ordinal);

    internal bool TryGet(string function, [NotNullWhen(true)] out Function? found) => _functions.TryGetValue(FunctionName.Parse(function), out found);

    internal Function Get(string function)
    {
        var name = FunctionName.Parse(function);
        return _functions.TryGetValue(name, out var found)
            ? found
            : throw new AwsServiceException("ResourceNotFoundException", $"Function not found: {FunctionName.Arn(options.Region, name)}", 404);
    }

    /// <summary>Finds a function as the Runtime API's path names it: by name, or else by handler.</summary>
    internal bool TryGetServed(string nameOrHandler, [NotNullWhen(true)] out Function? function) =>
        _functions.TryGetValue(nameOrHandler, out function)
        || (function = _functions.Values.FirstOrDefault(candidate => candidate.Configuration.Handler == nameOrHandler)) is not null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,140}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
