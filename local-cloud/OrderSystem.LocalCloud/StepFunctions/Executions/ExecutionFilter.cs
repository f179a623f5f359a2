using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>The conditions that a listed execution must meet. A property that is null sets no condition.</summary>
internal sealed record ExecutionFilter(ExecutionStatus? Status = null, bool? Redriven = null, string? AliasArn = null, string? VersionArn = null)
{
    public bool Accepts(ExecutionRecord record) =>
        (Status is null || record.Result.Status == Status)
        && (Redriven is null || record.RedriveCount > 0 == Redriven)
        && (AliasArn is null || record.AliasArn == AliasArn)
        && (VersionArn is null || record.VersionArn == VersionArn);

    /// <summary>Converts the filter to an SQL condition on the stored documents of executions.</summary>
    public (string Condition, object[] Values) ToSql(int firstParameter)
    {
        var condition = "";
        var values = new List<object>();
        Add("status", "=", Status?.ToString());
        Add("redriveCount", Redriven == true ? ">" : "=", Redriven is null ? null : 0);
        Add("aliasArn", "=", AliasArn);
        Add("versionArn", "=", VersionArn);
        return (condition, [.. values]);

        void Add(string field, string comparison, object? value)
        {
            if (value is null)
                return;
            condition += $" AND json_extract(CAST(document AS TEXT), '$.{field}') {comparison} ?{firstParameter + values.Count}";
            values.Add(value);
        }
    }
}
