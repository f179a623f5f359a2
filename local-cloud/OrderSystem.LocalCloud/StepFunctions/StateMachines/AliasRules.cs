using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>Checks the names and the routing configurations of aliases.</summary>
internal static class AliasRules
{
    public static string CheckName(string name)
    {
        if (name.Length > 80)
            throw StepFunctionsErrors.Validation($"Value '{name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80");
        if (!IsName(name))
            throw StepFunctionsErrors.Validation($@"Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$");
        return name;
    }

    public static IReadOnlyList<AliasRoute> ReadRoutes(StatesArray? configuration)
    {
        var routes = (configuration ?? throw StepFunctionsErrors.Validation("Value null at 'routingConfiguration' failed to satisfy constraint: Member must not be null"))
            .Select(route => route as StatesObject ?? throw new AwsServiceException("SerializationException", "routingConfiguration must be a list of structures"))
            .Select(route => new AliasRoute((route["stateMachineVersionArn"] as StatesString)?.Value ?? "", (int)((route["weight"] as StatesNumber)?.Value ?? 0)))
            .ToList();
        if (routes.Count is 0 or > 2)
        {
            var shown = string.Join(", ", routes.Select(route => $"RoutingConfigurationListItem(stateMachineVersionArn={route.VersionArn}, weight={route.Weight})"));
            var bound = routes.Count == 0 ? "greater than or equal to 1" : "less than or equal to 2";
            throw StepFunctionsErrors.Validation($"Value '[{shown}]' at 'routingConfiguration' failed to satisfy constraint: Member must have length {bound}");
        }

        for (var i = 0; i < routes.Count; i++)
        {
            if (routes[i].Weight is < 0 or > 100)
            {
                var bound = routes[i].Weight < 0 ? "greater than or equal to 0" : "less than or equal to 100";
                throw StepFunctionsErrors.Validation($"Value '{routes[i].Weight}' at 'routingConfiguration.{i + 1}.member.weight' failed to satisfy constraint: Member must have value {bound}");
            }
        }

        var arns = string.Join(", ", routes.Select(route => route.VersionArn));
        if (routes.Any(route => !IsVersion(route.VersionArn)))
            throw StepFunctionsErrors.Rule($"Routing configuration must contain state machine version ARNs. Received: [{arns}]");
        if (routes.Select(route => route.VersionArn).Distinct(StringComparer.Ordinal).Count() < routes.Count)
            throw StepFunctionsErrors.Rule($"Routing configuration must contain distinct state machine version ARNs. Received: [{arns}]");
        if (routes.Sum(route => route.Weight) != 100)
            throw StepFunctionsErrors.Rule($"Sum of routing configuration weights must equal 100. Received: [{string.Join(", ", routes.Select(route => route.Weight))}]");
        return routes;
    }

    private static bool IsVersion(string arn)
    {
        var parsed = StatesArn.Parse(arn);
        return parsed.Type == "stateMachine" && parsed.Rest.Length == 2 && int.TryParse(parsed.Rest[1], System.Globalization.CultureInfo.InvariantCulture, out _);
    }

    // An alias name may contain letters, digits, '_', '-' and '.', but must not consist only of digits.
    private static bool IsName(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name.Any(c => !char.IsAsciiDigit(c));
}
