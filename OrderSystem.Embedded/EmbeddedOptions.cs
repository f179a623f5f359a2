using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OrderSystem.Embedded;

/// <summary>What the configuration says of the embedded cloud, under <c>OrderSystem</c>.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>The folder of the database (<c>Data</c>); <c>.data</c> in the working directory unless set.</summary>
    public string DataDirectory { get; init; } = Path.GetFullPath(".data");

    /// <summary>The CloudFormation template (<c>Template</c>); the one beside the program unless set.</summary>
    public string TemplatePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "template.yaml");

    /// <summary>The stock that a new database starts with; a file of <c>[{"sku":"A1","available":100}]</c>. Where it is missing, there is none.</summary>
    public string CataloguePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "catalogue.json");

    /// <summary>Orders under way at which new ones are refused (<c>MaximumBacklog</c>).</summary>
    public int MaximumBacklog { get; init; } = 10_000;

    /// <summary>The database.</summary>
    public string DatabasePath => Path.Combine(DataDirectory, "orders.db");

    /// <summary>The defaults, with what the configuration says instead.</summary>
    public static EmbeddedOptions From(IConfiguration configuration)
    {
        var defaults = new EmbeddedOptions();
        return defaults with
        {
            DataDirectory = configuration["OrderSystem:Data"] is { Length: > 0 } data ? Path.GetFullPath(data) : defaults.DataDirectory,
            TemplatePath = configuration["OrderSystem:Template"] is { Length: > 0 } template ? Path.GetFullPath(template) : defaults.TemplatePath,
            MaximumBacklog = int.TryParse(configuration["OrderSystem:MaximumBacklog"], CultureInfo.InvariantCulture, out var backlog) && backlog > 0 ? backlog : defaults.MaximumBacklog,
        };
    }
}
