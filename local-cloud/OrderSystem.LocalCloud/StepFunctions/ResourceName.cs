using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>
/// Checks the names of state machines, executions and activities. A name has 1 to 80 characters and contains only characters that
/// the Step Functions API Reference allows.
/// </summary>
internal static class ResourceName
{
    private const string Forbidden = " <>{}[]?*\"#%\\^|~`$&,;:/";

    /// <summary>Returns the name if it is valid.</summary>
    /// <exception cref="AwsServiceException">The name is invalid.</exception>
    public static string Check(string name, string member = "name")
    {
        if (name.Length > 80)
            throw StepFunctionsErrors.Validation($"Value '{name}' at '{member}' failed to satisfy constraint: Member must have length less than or equal to 80");
        if (name.Length == 0)
            throw StepFunctionsErrors.Validation($"Value '' at '{member}' failed to satisfy constraint: Member must have length greater than or equal to 1");
        foreach (var c in name)
        {
            if (Forbidden.Contains(c, StringComparison.Ordinal) || char.IsControl(c) || char.IsSurrogate(c) || c is '\ufffe' or '\uffff')
                throw StepFunctionsErrors.InvalidName(name);
        }

        return name;
    }
}
