using System.Globalization;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Writes and reads the documents in which state machines and their revisions are stored.</summary>
internal static class StateMachineDocument
{
    public static byte[] Write(StateMachineResource machine) => JsonObject.Of(
        ("name", machine.Name),
        ("type", machine.Type),
        ("creationDate", machine.CreationDate.UtcTicks),
        ("revision", machine.Revision.Key),
        ("lastVersion", machine.LastVersion),
        ("versions", new JsonArray(machine.Versions.Select(version => (JsonValue)JsonObject.Of(
            ("number", version.Number), ("description", Optional(version.Description)), ("revision", version.Revision.Key), ("creationDate", version.CreationDate.UtcTicks))))),
        ("aliases", new JsonArray(machine.Aliases.Select(alias => (JsonValue)JsonObject.Of(
            ("name", alias.Name),
            ("description", Optional(alias.Description)),
            ("creationDate", alias.CreationDate.UtcTicks),
            ("updateDate", alias.UpdateDate.UtcTicks),
            ("routes", new JsonArray(alias.Routes.Select(route => (JsonValue)JsonObject.Of(("version", route.VersionArn), ("weight", route.Weight))))))))),
        ("tags", new JsonArray(machine.Tags.All.Select(tag => (JsonValue)JsonObject.Of(("key", tag.Key), ("value", tag.Value)))))).ToUtf8Bytes();

    public static StateMachineResource Read(string arn, ReadOnlySpan<byte> written, Func<string, StateMachineRevision> revision)
    {
        var fields = (JsonObject)JsonValue.Parse(written);
        var machine = new StateMachineResource(arn, Text(fields, "name")!, Text(fields, "type")!, Date(fields, "creationDate"), revision(Text(fields, "revision")!));
        foreach (var version in ((JsonArray)fields["versions"]!).Cast<JsonObject>())
        {
            var number = (int)((JsonNumber)version["number"]!).Value;
            machine.Restore(
                new StateMachineVersion($"{arn}:{number}", number, Text(version, "description"), revision(Text(version, "revision")!), Date(version, "creationDate")),
                (int)((JsonNumber)fields["lastVersion"]!).Value);
        }

        foreach (var alias in ((JsonArray)fields["aliases"]!).Cast<JsonObject>())
        {
            var routes = ((JsonArray)alias["routes"]!).Cast<JsonObject>().Select(route => new AliasRoute(Text(route, "version")!, (int)((JsonNumber)route["weight"]!).Value)).ToList();
            machine.Aliases.Add(new StateMachineAlias($"{arn}:{Text(alias, "name")}", Text(alias, "name")!, Text(alias, "description"), routes, Date(alias, "creationDate"), Date(alias, "updateDate")));
        }

        machine.Tags.Set(fields["tags"] as JsonArray);
        return machine;
    }

    public static byte[] WriteRevision(string machineName, StateMachineRevision revision) => JsonObject.Of(
        ("machine", machineName),
        ("id", Optional(revision.Id)),
        ("definition", revision.Definition),
        ("roleArn", revision.RoleArn),
        ("updateDate", revision.UpdateDate.UtcTicks),
        ("logging", revision.LoggingConfiguration),
        ("tracing", revision.TracingEnabled)).ToUtf8Bytes();

    public static StateMachineRevision ReadRevision(string key, ReadOnlySpan<byte> written)
    {
        var fields = (JsonObject)JsonValue.Parse(written);
        var definition = Text(fields, "definition")!;
        return new StateMachineRevision(Text(fields, "id"), definition, StateMachine.Parse(Text(fields, "machine")!, definition), Text(fields, "roleArn")!, Date(fields, "updateDate"))
        {
            Key = key,
            LoggingConfiguration = (JsonObject)fields["logging"]!,
            TracingEnabled = fields["tracing"] is JsonBoolean { Value: true },
        };
    }

    private static JsonValue Optional(string? text) => text is null ? JsonValue.Null : text;

    private static string? Text(JsonObject fields, string name) => (fields[name] as JsonString)?.Value;

    private static DateTimeOffset Date(JsonObject fields, string name) => new(long.Parse(((JsonNumber)fields[name]!).Text, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
