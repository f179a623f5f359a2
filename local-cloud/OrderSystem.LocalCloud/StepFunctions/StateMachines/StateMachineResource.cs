namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>A state machine of the account, with its current revision, versions, aliases and tags.</summary>
internal sealed class StateMachineResource(string arn, string name, string type, DateTimeOffset creationDate, StateMachineRevision revision)
{
    private readonly SortedDictionary<int, StateMachineVersion> _versions = [];
    private int _lastVersion;

    public string Arn => arn;

    public string Name => name;

    /// <summary>The type of the state machine: <c>STANDARD</c> or <c>EXPRESS</c>.</summary>
    public string Type => type;

    public bool IsExpress => type == "EXPRESS";

    public DateTimeOffset CreationDate => creationDate;

    public StateMachineRevision Revision { get; private set; } = revision;

    /// <summary>The tags, in the order in which they were added.</summary>
    public Tags Tags { get; } = new();

    public IReadOnlyCollection<StateMachineVersion> Versions => _versions.Values;

    /// <summary>The aliases, in the order of their creation.</summary>
    public List<StateMachineAlias> Aliases { get; } = [];

    public int LastVersion => _lastVersion;

    public void Update(StateMachineRevision revision) => Revision = revision;

    public StateMachineVersion? FindVersion(int number) => _versions.GetValueOrDefault(number);

    /// <summary>
    /// Publishes the current revision as a new version. If the latest version already has the current revision, returns the
    /// latest version instead.
    /// </summary>
    public StateMachineVersion Publish(string? description, DateTimeOffset now)
    {
        if (_versions.Count > 0 && _versions.Values.Last() is var latest && ReferenceEquals(latest.Revision, Revision))
            return latest;
        var number = ++_lastVersion;
        var version = new StateMachineVersion($"{arn}:{number}", number, description, Revision, now);
        _versions.Add(number, version);
        return version;
    }

    /// <summary>Adds a version that was read from disk.</summary>
    public void Restore(StateMachineVersion version, int lastVersion)
    {
        _versions[version.Number] = version;
        _lastVersion = Math.Max(_lastVersion, lastVersion);
    }

    public void DeleteVersion(int number) => _versions.Remove(number);
}

/// <summary>A published version of a state machine.</summary>
internal sealed record StateMachineVersion(string Arn, int Number, string? Description, StateMachineRevision Revision, DateTimeOffset CreationDate);

/// <summary>An alias of a state machine, which routes executions to one or two versions.</summary>
internal sealed record StateMachineAlias(string Arn, string Name, string? Description, IReadOnlyList<AliasRoute> Routes, DateTimeOffset CreationDate, DateTimeOffset UpdateDate);

/// <summary>A version that an alias routes to, with its weight in percent.</summary>
internal sealed record AliasRoute(string VersionArn, int Weight);
