using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates the fields specific to a Task state.</summary>
internal sealed class TaskValidator(Findings findings, string path)
{
    public void Validate(StatesObject state)
    {
        findings.Required(state, path, "Resource");
        if (state["Resource"] is StatesString { Value: var resource })
            ValidateResource(resource);
        else if (state.Contains("Resource"))
            findings.Schema($"{path}/Resource", "Expected value of type String");
        findings.AtMostOne(state, path, "TimeoutSeconds", "TimeoutSecondsPath");
        findings.AtMostOne(state, path, "HeartbeatSeconds", "HeartbeatSecondsPath");
        foreach (var field in new[] { "TimeoutSeconds", "HeartbeatSeconds" })
        {
            if (state[field] is not StatesString)
                findings.Integer(state, path, field, least: 1, most: 99_999_999);
        }

        if (state["TimeoutSeconds"] is StatesNumber timeout && state["HeartbeatSeconds"] is StatesNumber heartbeat && heartbeat.Value >= timeout.Value)
            findings.Schema(path, "HeartbeatSeconds must be less than TimeoutSeconds");
        ValidateCredentials(state["Credentials"]);
    }

    private void ValidateCredentials(StatesValue? given)
    {
        if (given is null)
            return;
        var location = $"{path}/Credentials";
        if (given is not StatesObject credentials)
            findings.Schema(location, "Expected value of type Object");
        else if (!credentials.Contains("RoleArn") && !credentials.Contains("RoleArn.$"))
            findings.Schema(location, "The field 'RoleArn' is required but was missing");
    }

    private void ValidateResource(string text)
    {
        var location = $"{path}/Resource";
        if (text.Length == 0)
        {
            findings.Schema(location, "Value is not a valid resource ARN");
            return;
        }

        var resource = TaskResource.Parse(text);
        if (resource.Kind == TaskKind.ServiceIntegration && !OptimizedIntegrations.Accepts(resource) && !(findings.IsExpress && resource.Pattern != IntegrationPattern.RequestResponse))
            findings.Schema(location, $"The resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.");
        if (resource.Kind == TaskKind.LambdaFunction && text.Split(':') is { Length: > 7 } parts && !IsQualifier(parts[7]))
            findings.Schema(location, "Value is not a valid resource ARN");
        if (!findings.IsExpress)
            return;
        if (resource.Kind == TaskKind.Activity || !text.StartsWith("arn:", StringComparison.Ordinal))
            findings.Schema(location, "Express state machine does not support activities");
        else if (resource.Pattern == IntegrationPattern.WaitForTaskToken)
            findings.Schema(location, "Express state machine does not support '.waitForTaskToken' service integration ");
        else if (resource.Pattern == IntegrationPattern.RunJob)
            findings.Schema(location, "Express state machine does not support '.sync' service integration");
    }

    private static bool IsQualifier(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '-' or '_' or '{' or '}');
}
