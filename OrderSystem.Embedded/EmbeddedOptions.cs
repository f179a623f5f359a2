using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OrderSystem.Embedded;

/// <summary>Settings of the embedded cloud, from the configuration section <c>OrderSystem</c>.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>The folder of the database (setting <c>Data</c>); by default <c>.data</c> in the working directory.</summary>
    public string DataDirectory { get; init; } = Path.GetFullPath(".data");

    /// <summary>
    /// The path of the CloudFormation template (setting <c>Template</c>); by default <c>template.yaml</c> in the program's
    /// folder.
    /// </summary>
    public string TemplatePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "template.yaml");

    /// <summary>
    /// The path of the file with a new database's initial stock, such as <c>[{"sku":"A1","available":100}]</c>. If the file
    /// is missing, the stock is empty.
    /// </summary>
    public string CataloguePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "catalogue.json");

    /// <summary>The number of orders in progress at which new orders are refused (setting <c>MaximumBacklog</c>).</summary>
    public int MaximumBacklog { get; init; } = 10_000;

    /// <summary>The path of the database file.</summary>
    public string DatabasePath => Path.Combine(DataDirectory, "orders.db");

    /// <summary>Reads the settings from the configuration, with defaults for settings that are not configured.</summary>
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
