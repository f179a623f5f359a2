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
        var fields = StoredFields.Read(written);
        var machine = new StateMachineResource(arn, fields.Text("name"), fields.Text("type"), fields.Date("creationDate"), revision(fields.Text("revision")));
        foreach (var version in fields.Objects("versions"))
        {
            var number = (int)version.Number("number");
            machine.Restore(
                new StateMachineVersion($"{arn}:{number}", number, version.OptionalText("description"), revision(version.Text("revision")), version.Date("creationDate")),
                (int)fields.Number("lastVersion"));
        }

        foreach (var alias in fields.Objects("aliases"))
        {
            var routes = alias.Objects("routes").Select(route => new AliasRoute(route.Text("version"), (int)route.Number("weight"))).ToList();
            machine.Aliases.Add(new StateMachineAlias($"{arn}:{alias.Text("name")}", alias.Text("name"), alias.OptionalText("description"), routes,
                alias.Date("creationDate"), alias.Date("updateDate")));
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
        var fields = StoredFields.Read(written);
        var definition = fields.Text("definition");
        return new StateMachineRevision(fields.OptionalText("id"), definition, StateMachine.Parse(fields.Text("machine"), definition), fields.Text("roleArn"), fields.Date("updateDate"))
        {
            Key = key,
            LoggingConfiguration = fields.Object("logging"),
            TracingEnabled = fields["tracing"] is StatesBoolean { Value: true },
        };
    }

    private static StatesValue Optional(string? text) => text is null ? StatesValue.Null : text;
}
