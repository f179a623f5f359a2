using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>The functions of the account.</summary>
public sealed partial class FunctionRegistry(LocalCloudOptions options, ListeningAddress address, TimeProvider time, ILogger<FunctionRegistry> logger)
{
    private readonly ConcurrentDictionary<string, RegisteredFunction> _functions = new(StringComparer.Ordinal);

    /// <summary>Creates a function, or updates the existing function with that name.</summary>
    /// <returns>The function's ARN.</returns>
    /// <exception cref="AwsServiceException">The name is invalid.</exception>
    public string CreateOrUpdate(FunctionConfiguration configuration)
    {
        // The function's name is also used as a file name in the data folder.
        if (!Name().IsMatch(configuration.Name))
            throw new AwsServiceException("InvalidParameterValueException", $"The function name {configuration.Name} is invalid: it must have 1 to 140 letters, digits, hyphens and underscores.");
        var arn = FunctionName.Arn(options.Region, configuration.Name);
        _functions.AddOrUpdate(
            configuration.Name,
            _ => new RegisteredFunction(configuration, arn, address.Uri, time, logger),
            (_, function) =>
            {
                function.Update(configuration);
                return function;
            });
        return arn;
    }

    internal IEnumerable<RegisteredFunction> All => _functions.Values.OrderBy(function => function.Configuration.Name, StringComparer.Ordinal);

    internal bool TryGet(string function, [NotNullWhen(true)] out RegisteredFunction? found) => _functions.TryGetValue(FunctionName.Parse(function), out found);

    internal RegisteredFunction Get(string function)
    {
        var reference = FunctionReference.Parse(function);
        return _functions.TryGetValue(reference.Name, out var found) && found.Versions.Of(reference.Qualifier) is not null
            ? found
            : throw new AwsServiceException("ResourceNotFoundException", $"Function not found: {reference.Qualify(FunctionName.Arn(options.Region, reference.Name))}", 404);
    }

    /// <summary>Finds the function that a path of the Runtime API refers to, either by its name or by its handler.</summary>
    internal bool TryGetServed(string nameOrHandler, [NotNullWhen(true)] out RegisteredFunction? function) =>
        _functions.TryGetValue(nameOrHandler, out function)
        || (function = _functions.Values.FirstOrDefault(candidate => candidate.Configuration.Handler == nameOrHandler)) is not null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,140}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
