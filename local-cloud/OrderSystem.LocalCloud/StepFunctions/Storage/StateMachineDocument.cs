using System.Globalization;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Writes and reads the documents in which state machines and their revisions are stored.</summary>
internal static class StateMachineDocument
{
    public static byte[] Write(StateMachineResource machine) => StatesObject.Of(
        ("name", machine.Name),
        ("type", machine.Type),
        ("creationDate", machine.CreationDate.UtcTicks),
        ("revision", machine.Revision.Key),
        ("lastVersion", machine.LastVersion),
        ("versions", new StatesArray(machine.Versions.Select(version => (StatesValue)StatesObject.Of(
            ("number", version.Number), ("description", Optional(version.Description)), ("revision", version.Revision.Key), ("creationDate", version.CreationDate.UtcTicks))))),
        ("aliases", new StatesArray(machine.Aliases.Select(alias => (StatesValue)StatesObject.Of(
            ("name", alias.Name),
            ("description", Optional(alias.Description)),
            ("creationDate", alias.CreationDate.UtcTicks),
            ("updateDate", alias.UpdateDate.UtcTicks),
            ("routes", new StatesArray(alias.Routes.Select(route => (StatesValue)StatesObject.Of(("version", route.VersionArn), ("weight", route.Weight))))))))),
        ("tags", new StatesArray(machine.Tags.All.Select(tag => (StatesValue)StatesObject.Of(("key", tag.Key), ("value", tag.Value)))))).ToUtf8Bytes();

    public static StateMachineResource Read(string arn, ReadOnlySpan<byte> written, Func<string, StateMachineRevision> revision)
    {
        var fields = (StatesObject)StatesValue.Parse(written);
        var machine = new StateMachineResource(arn, Text(fields, "name")!, Text(fields, "type")!, Date(fields, "creationDate"), revision(Text(fields, "revision")!));
        foreach (var version in ((StatesArray)fields["versions"]!).Cast<StatesObject>())
        {
            var number = (int)((StatesNumber)version["number"]!).Value;
            machine.Restore(
                new StateMachineVersion($"{arn}:{number}", number, Text(version, "description"), revision(Text(version, "revision")!), Date(version, "creationDate")),
                (int)((StatesNumber)fields["lastVersion"]!).Value);
        }

        foreach (var alias in ((StatesArray)fields["aliases"]!).Cast<StatesObject>())
        {
            var routes = ((StatesArray)alias["routes"]!).Cast<StatesObject>().Select(route => new AliasRoute(Text(route, "version")!, (int)((StatesNumber)route["weight"]!).Value)).ToList();
            machine.Aliases.Add(new StateMachineAlias($"{arn}:{Text(alias, "name")}", Text(alias, "name")!, Text(alias, "description"), routes, Date(alias, "creationDate"), Date(alias, "updateDate")));
        }

        machine.Tags.Set(fields["tags"] as StatesArray);
        return machine;
    }

    public static byte[] WriteRevision(string machineName, StateMachineRevision revision) => StatesObject.Of(
        ("machine", machineName),
        ("id", Optional(revision.Id)),
        ("definition", revision.Definition),
        ("roleArn", revision.RoleArn),
        ("updateDate", revision.UpdateDate.UtcTicks),
        ("logging", revision.LoggingConfiguration),
        ("tracing", revision.TracingEnabled)).ToUtf8Bytes();

    public static StateMachineRevision ReadRevision(string key, ReadOnlySpan<byte> written)
    {
        var fields = (StatesObject)StatesValue.Parse(written);
        var definition = Text(fields, "definition")!;
        return new StateMachineRevision(Text(fields, "id"), definition, StateMachine.Parse(Text(fields, "machine")!, definition), Text(fields, "roleArn")!, Date(fields, "updateDate"))
        {
            Key = key,
            LoggingConfiguration = (StatesObject)fields["logging"]!,
            TracingEnabled = fields["tracing"] is StatesBoolean { Value: true },
        };
    }

    private static StatesValue Optional(string? text) => text is null ? StatesValue.Null : text;

    private static string? Text(StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    private static DateTimeOffset Date(StatesObject fields, string name) => new(long.Parse(((StatesNumber)fields[name]!).Text, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
